"""The watchlist file: what is read, and the one line that says what is wrong."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from services.api.watchlist import parse_watchlist, read_watchlist
from services.api.wishes import Change, apply_watchlist
from shared.clock import utc_now
from shared.events import Event, FeedDue
from shared.failures import UserMistake
from shared.tables import Figure, Issue, Subscription
from shared.transaction import Begin

GOOD = """
figures:
  - {id: ana-ruiz, name: Ana Ruiz, aliases: [Ruiz]}
issues:
  - {id: tram, name: Tram, proposition: The city should build the tram., terms: [tram]}
feeds: [{url: "https://outlet.example/rss", name: Outlet}]
subscriptions:
  - {name: desk, figures: [ana-ruiz], email: desk@paper.example, webhook: "https://hooks.example/a"}
"""


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        pytest.param(
            GOOD.replace("name: Ana Ruiz,", "name: Ana Ruiz, wieght: 3,"),
            "w.yaml:3: figures[0].wieght: is not a key",
            id="unknown key",
        ),
        pytest.param(
            GOOD.replace("proposition: The city should build the tram., ", ""),
            "w.yaml:5: issues[0].proposition: is missing",
            id="issue without proposition",
        ),
        pytest.param(
            GOOD.replace("issues:\n", "  - {id: ana-ruiz, name: Other}\nissues:\n"),
            "duplicate figure id 'ana-ruiz'",
            id="duplicate id",
        ),
        pytest.param(
            GOOD.replace("[ana-ruiz]", "[ana-riuz]"),
            "'ana-riuz', which is not listed",
            id="subscription to an unknown figure",
        ),
        pytest.param(
            GOOD.replace(', email: desk@paper.example, webhook: "https://hooks.example/a"', ""),
            "needs an email or a webhook",
            id="subscription that reaches nobody",
        ),
        pytest.param(
            GOOD.replace("desk@paper.example", '"desk@paper.example\\nBcc: x@y.example"'),
            "must be one e-mail address",
            id="address with a line break",
        ),
        pytest.param(
            GOOD.replace("id: tram", "id: Tram Line"), "lower-case letters, digits and hyphens", id="id that is no slug"
        ),
        pytest.param(GOOD + "issues: []\n", "the key 'issues' stands twice", id="key given twice"),
        pytest.param("figures: [", "w.yaml:1: not valid YAML", id="broken YAML"),
        pytest.param("- 1", "must be a mapping", id="a list"),
        pytest.param("", "must be a mapping", id="empty file"),
        pytest.param("figures: []", "issues: is missing", id="no issues"),
        pytest.param("a: &a [*a]", "not valid YAML", id="a node inside itself"),
    ],
)
def test_a_mistake_is_one_line_that_says_where(broken: str, message: str) -> None:
    with pytest.raises(UserMistake) as mistake:
        parse_watchlist(broken, source="w.yaml")
    assert message in str(mistake.value)
    assert len(str(mistake.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [pytest.param(None, "No such file", id="missing"), pytest.param(b"\xff\xfe", "not UTF-8", id="not text")],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "w.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserMistake, match=message):
        read_watchlist(path)


def test_empty_lists_are_a_watchlist() -> None:
    assert parse_watchlist("figures: []\nissues: []\n", source="w.yaml").figures == ()


def test_the_seed_watchlist_is_valid() -> None:
    watchlist = read_watchlist(Path("seeds/watchlist.yaml"))
    assert {s.name for s in watchlist.subscriptions} == {"desk", "newsroom-bot"}


def test_applying_twice_changes_nothing(begin: Begin, published: list[Event]) -> None:
    wishes = parse_watchlist(GOOD, source="w.yaml")
    with begin() as tx:
        first = apply_watchlist(tx, wishes, now=utc_now())
    with begin() as tx:
        second = apply_watchlist(tx, wishes, now=utc_now())
    assert [change.kind for change in first] == ["figure", "issue", "feed", "subscription"]
    assert second == ()
    assert published == [FeedDue(feed_id=1)]


def test_what_left_the_file_is_retired_and_may_return(begin: Begin) -> None:
    wishes = parse_watchlist(GOOD, source="w.yaml")
    with begin() as tx:
        apply_watchlist(tx, wishes, now=utc_now())
    with begin() as tx:
        gone = apply_watchlist(tx, parse_watchlist("figures: []\nissues: []\n", source="w.yaml"), now=utc_now())
    with begin() as tx:
        assert tx.session.exec(select(Figure).where(col(Figure.retired_at).is_(None))).all() == []
        back = apply_watchlist(tx, wishes, now=utc_now())
    assert {change.what for change in gone} == {"retired"}
    assert Change("added", "figure", "ana-ruiz") in back


def test_a_secret_stays_with_its_endpoint_only(begin: Begin) -> None:
    secrets = []
    for text in (GOOD, GOOD.replace("tram]", "trams]"), GOOD.replace("hooks.example/a", "hooks.example/b")):
        with begin() as tx:
            apply_watchlist(tx, parse_watchlist(text, source="w.yaml"), now=utc_now())
            secrets.append(tx.session.exec(select(Subscription)).one().webhook_secret)
    assert secrets[0] == secrets[1] != secrets[2]
    assert all(secret and secret.startswith("whsec_") for secret in secrets)


def test_a_changed_proposition_is_stored(begin: Begin) -> None:
    with begin() as tx:
        apply_watchlist(tx, parse_watchlist(GOOD, source="w.yaml"), now=utc_now())
        apply_watchlist(
            tx, parse_watchlist(GOOD.replace("should build", "should extend"), source="w.yaml"), now=utc_now()
        )
        assert tx.session.exec(select(Issue)).one().proposition == "The city should extend the tram."
