"""Tokens: shown once, kept as hashes, valid until they expire or are revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from services.api.tokens import (
    NotValid,
    TokenView,
    WhyNotValid,
    create_token,
    find_token,
    first_admin_token,
    is_noted,
    list_tokens,
    note_use,
    revoke_token,
    token_by_id,
)
from shared.failures import UserMistake
from shared.tables import ApiToken
from shared.vocabulary import Scope
from tests.api.builders import DAY_ONE

DAY = timedelta(days=1)


def test_a_token_is_known_again_and_kept_as_a_hash(any_database: Engine) -> None:
    with Session(any_database) as session:
        new = create_token(session, "desk", Scope.WRITE, expires_at=None, now=DAY_ONE)
        assert new.token.startswith("swt_")
        assert len(new.token) == 47
        assert find_token(session, new.token, now=DAY_ONE) == new.view
        assert token_by_id(session, new.view.id, now=DAY_ONE) == new.view
        stored = session.get_one(ApiToken, new.view.id).model_dump()
        assert all(new.token.removeprefix("swt_") not in str(value) for value in stored.values())


@pytest.mark.parametrize("presented", ["", "swt_", "x" * 10_000, "swt_" + "A" * 43, "desk", "é\x00"])
def test_anything_else_opens_nothing(session: Session, presented: str) -> None:
    create_token(session, "desk", Scope.WRITE, expires_at=None, now=DAY_ONE)
    assert find_token(session, presented, now=DAY_ONE) == NotValid(WhyNotValid.UNKNOWN)


def test_a_token_ends_by_its_date_or_by_being_revoked(session: Session) -> None:
    short = create_token(session, "short", Scope.READ, expires_at=DAY_ONE + DAY, now=DAY_ONE)
    ended = create_token(session, "ended", Scope.READ, expires_at=None, now=DAY_ONE)
    assert isinstance(find_token(session, short.token, now=DAY_ONE), TokenView)
    assert find_token(session, short.token, now=DAY_ONE + DAY) == NotValid(WhyNotValid.EXPIRED)
    revoke_token(session, "ended", now=DAY_ONE)
    assert revoke_token(session, str(ended.view.id), now=DAY_ONE + DAY).revoked_at == DAY_ONE
    assert find_token(session, ended.token, now=DAY_ONE + DAY) == NotValid(WhyNotValid.REVOKED)
    assert token_by_id(session, ended.view.id, now=DAY_ONE) == NotValid(WhyNotValid.REVOKED)


def test_a_name_is_given_once(session: Session) -> None:
    create_token(session, " the  desk ", Scope.READ, expires_at=None, now=DAY_ONE)
    for name in ("the desk", "", "\x07", "x" * 101):
        with pytest.raises(UserMistake):
            create_token(session, name, Scope.READ, expires_at=None, now=DAY_ONE)
    with pytest.raises(UserMistake, match="no token 'nobody'"):
        revoke_token(session, "nobody", now=DAY_ONE)


def test_the_first_admin_token_is_made_where_no_valid_one_is(session: Session) -> None:
    first = first_admin_token(session, now=DAY_ONE)
    assert first is not None
    assert (first.view.name, first.view.scope) == ("first admin", Scope.ADMIN)
    assert first_admin_token(session, now=DAY_ONE) is None
    revoke_token(session, "first admin", now=DAY_ONE)
    second = first_admin_token(session, now=DAY_ONE)
    assert second is not None
    assert [one.name for one in list_tokens(session)] == ["first admin", "first admin 2"]


def test_a_use_is_noted_once_an_hour(session: Session) -> None:
    new = create_token(session, "desk", Scope.READ, expires_at=None, now=DAY_ONE)
    assert not is_noted(new.view, now=DAY_ONE)
    note_use(session, new.view.id, now=DAY_ONE)
    (seen,) = list_tokens(session)
    assert is_noted(seen, now=DAY_ONE + timedelta(minutes=59))
    assert not is_noted(seen, now=DAY_ONE + timedelta(minutes=60))


@pytest.mark.parametrize(
    ("held", "needed", "enough"),
    [
        (Scope.READ, Scope.READ, True),
        (Scope.READ, Scope.WRITE, False),
        (Scope.WRITE, Scope.READ, True),
        (Scope.WRITE, Scope.ADMIN, False),
        (Scope.ADMIN, Scope.WRITE, True),
    ],
)
def test_a_scope_holds_those_before_it(held: Scope, needed: Scope, enough: bool) -> None:
    assert held.covers(needed) is enough
