"""What people say of readings through the API: only with a token that may write, once, and kept with their name."""

from sqlmodel import select

from services.api.deps import Edges
from shared.tables import Pressure
from shared.transaction import Begin
from shared.vocabulary import Scope, Stance
from tests.api.builders import DAY_ONE, Said, add_shift, add_statement, add_watchlist
from tests.api.desks import holding, token_of


def stored_shift(begin: Begin) -> tuple[int, int]:
    """Store a shift; return the numbers of its latter statement and of itself."""
    with begin() as tx:
        actor = add_watchlist(tx.session)
        before = add_statement(tx.session, actor, Said(0, Stance.MIXED))
        after = add_statement(tx.session, actor, Said(5, Stance.AGAINST, evidence="I will vote against the tram."))
        shift = add_shift(tx.session, before, after)
        assert after.id
        assert shift.id
        return after.id, shift.id


def test_a_verdict_is_said_counted_and_taken_back(begin: Begin, edges: Edges) -> None:
    statement, shift = stored_shift(begin)
    with holding(edges, token_of(begin, Scope.WRITE, "Eve")) as client:
        said = client.post(f"/api/v1/statements/{statement}/verdict", json={"decision": "confirm", "why": "plain"})
        assert said.json() == {"of": "statement", "id": statement, "decision": "confirm", "by": "Eve"}
        assert client.post(f"/api/v1/shifts/{shift}/verdict", json={"decision": "reject"}).status_code == 200
        counted = client.get("/api/v1/precision").json()["items"]
        assert [(one["of"], one["issue"], one["precision"]) for one in counted] == [
            ("statement", None, 1.0),
            ("statement", "tram", 1.0),
            ("shift", None, 0.0),
            ("shift", "tram", 0.0),
        ]
        assert client.delete(f"/api/v1/shifts/{shift}/verdict").json()["decision"] is None
        items = client.get("/api/v1/verdicts").json()["items"]
        assert {(one["of"], one["decision"], one["by"], one["undone_by"]) for one in items} == {
            ("statement", "confirm", "Eve", ""),
            ("shift", "reject", "Eve", "Eve"),
        }


def test_what_is_not_there_cannot_be_judged(begin: Begin, edges: Edges) -> None:
    _, shift = stored_shift(begin)
    with holding(edges, token_of(begin, Scope.WRITE)) as client:
        assert client.post("/api/v1/statements/999/verdict", json={"decision": "confirm"}).status_code == 404
        assert client.delete(f"/api/v1/shifts/{shift}/verdict").status_code == 404
        assert client.post(f"/api/v1/shifts/{shift}/verdict", json={"decision": "maybe"}).status_code == 422


def test_a_token_that_may_only_read_changes_nothing(begin: Begin, edges: Edges) -> None:
    statement, shift = stored_shift(begin)
    with holding(edges, token_of(begin, Scope.READ)) as client:
        for address in (f"statements/{statement}", f"shifts/{shift}"):
            assert client.post(f"/api/v1/{address}/verdict", json={"decision": "reject"}).status_code == 403
            assert client.delete(f"/api/v1/{address}/verdict").status_code == 403
        assert client.get("/api/v1/verdicts").json() == {"items": []}


def test_who_is_pressed_is_listed_until_it_is_over(begin: Begin, edges: Edges) -> None:
    statement, _ = stored_shift(begin)
    pressed = {"figure_id": "ana-ruiz", "issue_id": "tram", "toward": Stance.AGAINST, "sources": 3}
    with begin() as tx:
        days = {"since": DAY_ONE, "until": DAY_ONE, "noticed_at": DAY_ONE}
        tx.session.add(Pressure(**pressed, **days, statement_id=statement))
    with holding(edges, None, open_reading=True) as client:
        (found,) = client.get("/api/v1/pressure", params={"figure": "ana-ruiz"}).json()["items"]
        assert (found["sources"], found["toward"], found["evidence"]) == (3, "against", "I will vote against the tram.")
        assert client.get("/api/v1/pressure", params={"issue": "harbour"}).json()["items"] == []
    with begin() as tx:
        tx.session.exec(select(Pressure)).one().ended_at = DAY_ONE
    with holding(edges, None, open_reading=True) as client:
        assert client.get("/api/v1/pressure").json()["items"] == []
        assert len(client.get("/api/v1/pressure", params={"ended": True}).json()["items"]) == 1
