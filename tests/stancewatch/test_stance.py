"""The stance decision from the command line: every question is answered, in order, whatever it holds."""

import json

import pytest

from shared.failures import UserMistake
from stancewatch.commands.stance import answers, read_questions

TARGET = "The city should build the tram."


@pytest.mark.parametrize(
    ("question", "stance"),
    [
        pytest.param(
            {"actor": "Ruiz", "target": TARGET, "text": "Mayor Ruiz said she would vote against the tram."},
            "against",
            id="a plain one",
        ),
        pytest.param({"actor": None, "target": None, "text": "I support it."}, "none", id="no target"),
        pytest.param({"actor": "Ruiz", "target": TARGET, "text": None}, "none", id="no text"),
        pytest.param(
            {"actor": "'-'", "target": TARGET, "text": "Ruiz opposes the tram."},
            "against",
            id="an actor without a letter",
        ),
        pytest.param(
            {"actor": "Ruiz", "target": "\ud83d", "text": "\u202e\x00 \ud83d"}, "none", id="what no encoding carries"
        ),
    ],
)
def test_every_question_gets_an_answer(question: dict[str, str | None], stance: str) -> None:
    ((asked, decision),) = answers(read_questions([json.dumps({"id": "q", **question})]))
    assert (asked.id, decision.stance.value) == ("q", stance)
    assert 0.0 <= decision.confidence <= 1.0


def test_answers_come_in_the_order_of_the_questions() -> None:
    lines = [json.dumps({"id": str(n), "target": TARGET, "text": "We oppose it."}) for n in range(3)]
    assert [question.id for question, _ in answers(read_questions(["", *lines]))] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("{", "standard input:1: not JSON", id="broken JSON"),
        pytest.param('{"id": "a", "target": "t"}', "standard input:1: text: Field required", id="no text at all"),
        pytest.param("[1]", "standard input:1: the line", id="no object"),
    ],
)
def test_a_wrong_line_is_named(line: str, said: str) -> None:
    with pytest.raises(UserMistake, match=said):
        list(read_questions([line]))
