"""The watchlist file: what is read, and the one line that says what is wrong."""

from datetime import UTC, datetime
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
from shared.vocabulary import Frequency

GOOD = """
figures:
  - {id: ana-ruiz, name: Ana Ruiz, aliases: [Ruiz]}
issues:
  - {id: tram, name: Tram, proposition: The city should build the tram., terms: [tram]}
feeds: [{url: "https://outlet.example/rss", name: Outlet}]
subscriptions:
  - {name: desk, figures: [ana-ruiz], email: desk@paper.example, webhook: "https://hooks.example/a"}
"""

DESK = "name: desk, "
DETAILED = GOOD.replace(
    DESK,
    "name: desk, minimum_confidence: 0.8, own_words_only: true, outlets: [Evening Ledger], frequency: daily,"
    " timezone: Europe/Madrid, hour: 7, quiet_hours: 22-7, most_per_hour: 5, paused_until: 2030-03-01,"
    ' signals: [pressure], chat: "slack://token/room", ',
)


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
            "needs an email, a webhook or a chat",
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
        pytest.param("figures: [", ": not valid YAML", id="broken YAML"),
        pytest.param("- 1", "must be a mapping", id="a list"),
        pytest.param("", "must be a mapping", id="empty file"),
        pytest.param("figures: []", "issues: is missing", id="no issues"),
        pytest.param("figures: &a [*a]\nissues: []", "figures[0]", id="a node inside itself"),
    ],
)
def test_a_mistake_is_one_line_that_says_where(broken: str, message: str) -> None:
    with pytest.raises(UserMistake) as mistake:
        parse_watchlist(broken, source="w.yaml")
    assert message in str(mistake.value)
    assert len(str(mistake.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("key", "message"),
    [
        pytest.param("minimum_confidence: 80", "minimum_confidence: Input should be less than", id="a percentage"),
        pytest.param("minimum_confidence: .nan", "minimum_confidence: Input should be", id="no number"),
        pytest.param("minimum_confidence: yes", "minimum_confidence: Input should be", id="a yes for a number"),
        pytest.param("own_words_only: 1", "own_words_only: Input should be a valid boolean", id="a number for a yes"),
        pytest.param("outlets: Evening Ledger", "outlets: Input should be a valid tuple", id="outlets not in a list"),
        pytest.param("frequency: often", "'now', 'hourly', 'daily' or 'weekly'", id="unknown frequency"),
        pytest.param("timezone: Mars/Olympus", "timezone: must be a time zone such as", id="unknown time zone"),
        pytest.param("timezone: ../UTC", "timezone: must be a time zone such as", id="a path for a time zone"),
        pytest.param("timezone: America", "timezone: must be a time zone such as", id="a folder of time zones"),
        pytest.param("frequency: daily, hour: 24", "hour: Input should be less than or equal to 23", id="hour 24"),
        pytest.param("hour: 7", "an hour goes with frequency daily or weekly", id="an hour without a digest"),
        pytest.param("quiet_hours: 22", "quiet_hours: must be two different full hours", id="one quiet hour"),
        pytest.param("quiet_hours: 7-7", "quiet_hours: must be two different full hours", id="quiet from 7 to 7"),
        pytest.param("quiet_hours: 22-25", "quiet_hours: must be two different full hours", id="quiet until 25"),
        pytest.param("quiet_hours: 22:30-7:00", "must be two different full hours", id="quiet from half past"),
        pytest.param("most_per_hour: 0", "most_per_hour: Input should be greater than", id="a cap that lets none by"),
        pytest.param("paused_until: soon", "paused_until: must be a day such as", id="a pause until soon"),
        pytest.param("paused_until: 20300301", "paused_until: must be a day such as", id="a number for a day"),
        pytest.param("paused_until: 0001-01-01", "paused_until: must be a day such as", id="a day of another age"),
        pytest.param('chat: "https://chat.example/k3y"', "chat: must be a URL that starts with slack://", id="no chat"),
        pytest.param('chat: "slack://"', "chat: must be a URL that starts with slack://", id="a chat without a room"),
    ],
)
def test_a_subscriptions_mistake_is_one_line_that_says_where(key: str, message: str) -> None:
    with pytest.raises(UserMistake) as mistake:
        parse_watchlist(GOOD.replace(DESK, f"{DESK}{key}, "), source="w.yaml")
    assert str(mistake.value).startswith("w.yaml:8: subscriptions[0]")
    assert message in str(mistake.value)
    assert len(str(mistake.value).splitlines()) == 1
    assert "k3y" not in str(mistake.value)


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


def test_everything_a_subscription_may_say_is_stored_once(begin: Begin) -> None:
    wishes = parse_watchlist(DETAILED, source="w.yaml")
    with begin() as tx:
        apply_watchlist(tx, wishes, now=utc_now())
    with begin() as tx:
        assert apply_watchlist(tx, wishes, now=utc_now()) == ()
        desk = tx.session.exec(select(Subscription)).one()
    assert desk.signals == ["pressure"]
    assert (desk.minimum_confidence, desk.own_words_only, desk.outlets) == (0.8, True, ["Evening Ledger"])
    assert (desk.frequency, desk.timezone, desk.digest_hour) == (Frequency.DAILY, "Europe/Madrid", 7)
    assert (desk.quiet_from, desk.quiet_until, desk.most_per_hour) == (22, 7, 5)
    assert (desk.paused_until, desk.chat) == (datetime(2030, 2, 28, 23, tzinfo=UTC), "slack://token/room")


def test_what_a_subscription_does_not_say_is_as_before(begin: Begin) -> None:
    untouched = Subscription(name="untouched", created_at=utc_now())
    with begin() as tx:
        apply_watchlist(tx, parse_watchlist(DETAILED, source="w.yaml"), now=utc_now())
        apply_watchlist(tx, parse_watchlist(GOOD, source="w.yaml"), now=utc_now())
        desk = tx.session.exec(select(Subscription)).one()
        own = {"id", "name", "figures", "email", "webhook", "webhook_secret", "created_at", "paused_until"}
        own |= {"token", "token_hash"}
        assert desk.model_dump(exclude=own) == untouched.model_dump(exclude=own)


@pytest.mark.parametrize(
    ("key", "until"),
    [
        pytest.param("", datetime(2031, 1, 1, tzinfo=UTC), id="a file that is silent leaves the holder's pause"),
        pytest.param("paused_until: null, ", None, id="a file that says null ends it"),
        pytest.param("paused_until: 2030-06-01T08:00:00+02:00, ", datetime(2030, 6, 1, 6, tzinfo=UTC), id="a time"),
        pytest.param('paused_until: "2030-06-01", ', datetime(2030, 6, 1, tzinfo=UTC), id="a day in quotes"),
    ],
)
def test_whose_pause_holds(begin: Begin, key: str, until: datetime | None) -> None:
    with begin() as tx:
        apply_watchlist(tx, parse_watchlist(GOOD, source="w.yaml"), now=utc_now())
        tx.session.exec(select(Subscription)).one().paused_until = datetime(2031, 1, 1, tzinfo=UTC)
    with begin() as tx:
        apply_watchlist(tx, parse_watchlist(GOOD.replace(DESK, DESK + key), source="w.yaml"), now=utc_now())
    with begin() as tx:
        assert tx.session.exec(select(Subscription)).one().paused_until == until


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        pytest.param("22-7", (22, 7), id="over midnight"),
        pytest.param("22:00 - 07:00", (22, 7), id="as on a clock"),
        pytest.param("20-24", (20, 0), id="until midnight"),
    ],
)
def test_quiet_hours_are_read_as_people_write_them(written: str, hours: tuple[int, int]) -> None:
    watchlist = parse_watchlist(GOOD.replace(DESK, f"{DESK}quiet_hours: {written}, "), source="w.yaml")
    quiet = watchlist.subscriptions[0].quiet_hours
    assert quiet is not None
    assert (quiet.start, quiet.until) == hours
