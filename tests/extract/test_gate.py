"""What the parser gets to see: where a figure may take a side, and nothing of articles without figure or issue."""

import pytest

from services.extract.gate import Gate, build_gate, worth_reading
from services.extract.issues import read_issues
from services.extract.nlp import load_model
from services.extract.values import Issue, Span
from tests.extract.reading import MODEL, figure

FILLER = [
    f"It rained on day {number} of the fair, and the band played on until the lamps were lit." for number in range(40)
]
LINE = Issue(
    "line", "Coastal rail line", "The state should build the coastal rail line.", ("coastal rail", "rail line")
)
DELGADO = figure("Maria Delgado", "Delgado", "the governor", "President Delgado")


@pytest.fixture(scope="module")
def gate() -> Gate:
    nlp = load_model(MODEL)
    figures = [DELGADO, figure("Theo May", "May"), figure("Ruth Ford-Leigh", "Ford-Leigh")]
    return build_gate(read_issues([LINE], nlp=nlp), figures, nlp=nlp)


def read(gate: Gate, *parts: str) -> list[str]:
    text = "\n\n".join(parts)
    return [text[slice(*span)].strip() for span in sorted(worth_reading(gate, text))]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Delgado opened the fair.", id="a figure but no issue"),
        pytest.param("The rail line was closed.", id="an issue but no figure"),
        pytest.param("The rail line may be closed.", id="a verb that is a name in small letters"),
        pytest.param("Delgado saw a rusty rail. A queue formed.", id="one word of a term"),
        pytest.param("Delgado took the monorail. It is lined with trees.", id="a word inside another"),
        pytest.param("", id="nothing"),
    ],
)
def test_an_article_that_names_no_figure_or_no_issue_is_not_read(gate: Gate, text: str) -> None:
    assert read(gate, text) == []


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("Delgado is against the rail line.", id="term"),
        pytest.param("Rail lines cost money, DELGADO said.", id="plural and capitals"),
        pytest.param("Sen. Ford-Leigh is against the rail line.", id="a double name"),
        pytest.param("May is against the rail line.", id="a name that is a word"),
        pytest.param("The governor built the line along the coast.", id="a role as typed, an irregular verb"),
        pytest.param("The White House wants the rail line.", id="the house of the office"),
        pytest.param("Delgado’s rail line is dear.", id="a genitive with a curly mark"),
        pytest.param("İstanbul has a rail line, said Delgado.", id="a capital whose small letter is longer"),
    ],
)
def test_a_paragraph_with_both_is_read_wherever_it_stands(gate: Gate, sentence: str) -> None:
    assert sentence in read(gate, *FILLER, sentence, *FILLER)


def test_a_short_article_is_read_whole(gate: Gate) -> None:
    parts = ["Delgado is against the rail line.", *FILLER[:4]]
    assert read(gate, *parts) == parts


def test_of_a_long_article_what_helps_to_understand_is_read_too(gate: Gate) -> None:
    told = ["Maria Delgado met the press.", "“The rail line is dead,” she said.", "She will not build it."]
    parts = read(gate, FILLER[0], *FILLER[2:], *told, *FILLER[2:])
    assert parts[0] == FILLER[0]  # what an article opens with brings in the people
    assert set(told) <= set(parts)
    assert len(parts) < 12


def test_who_else_bears_the_name_is_read(gate: Gate) -> None:
    stranger = "Rosa Delgado is the mayor of the port."
    assert stranger in read(
        gate, *FILLER, "Maria Delgado spoke.", stranger, *FILLER, "Delgado wants the rail line.", *FILLER
    )


def test_spans_are_paragraphs_of_the_text(gate: Gate) -> None:
    text = "One.\n\nDelgado on the rail line.\n\n"
    assert worth_reading(gate, text) == {Span(0, 6), Span(6, len(text))}
