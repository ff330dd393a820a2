"""The first admin token: made where there is none, and said once to who stands at the console."""

from services.api.tokens import first_admin_token
from shared.clock import utc_now
from shared.transaction import Begin


def first_token_line(begin: Begin) -> str:
    """Make the first admin token and return the line that shows it; nothing where a valid one exists."""
    with begin() as tx:
        new = first_admin_token(tx.session, now=utc_now())
    return f"admin token for the API and the pages, shown this once: {new.token}" if new else ""
