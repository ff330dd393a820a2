"""How Alembic reaches the database: through the connection that `shared.schema` hands it."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import shared.tables  # noqa: F401  (fills the metadata)
from shared.sealing import Sealed
from shared.tables.columns import UtcDateTime, Word


def _plain_types(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """Write our types into migrations as what they are in the database, so that history outlives the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Word):
        return "sa.String(length=32)"
    if kind == "type" and isinstance(item, Sealed):
        return "sa.String()"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_item=_plain_types,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()
