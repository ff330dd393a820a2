"""What the parser gets to see: paragraphs near a tracked issue, nothing of articles that name none."""

from datetime import UTC, datetime

import pytest

from services.extract.gate import Gate, build_gate, worth_reading
from services.extract.issues import read_issues
from services.extract.nlp import load_model
from services.extract.values import ArticleText, Issue, Span
from tests.extract.reading import MODEL, figure

FILLER = [f"It rained on day {number} of the fair." for number in range(30)]


@pytest.fixture(scope="module")
def gate() -> Gate:
    proposition = "The state should build the coastal rail line."
    line = Issue("line", "Coastal rail line", proposition, ("coastal rail", "rail line"))
    return build_gate(read_issues([line], nlp=load_model(MODEL)), [figure("Maria Delgado", "Delgado")])


def read(gate: Gate, *parts: str, title: str = "") -> list[str]:
    text = "\n\n".join(parts)
    spans = worth_reading(gate, ArticleText(title, text, datetime(2026, 1, 1, tzinfo=UTC)))
    return [text[slice(*span)].strip() for span in sorted(spans)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Delgado opened the fair.", id="a figure but no issue"),
        pytest.param("The rail was rusty. A line formed.", id="words of a term in two sentences"),
        pytest.param("The monorail lined up.", id="a word inside another"),
        pytest.param("", id="nothing"),
    ],
)
def test_an_article_that_names_no_issue_is_not_read(gate: Gate, text: str) -> None:
    assert read(gate, text) == []


@pytest.mark.parametrize(
    "sentence",
    [
        pytest.param("She is against the rail line.", id="term"),
        pytest.param("Rail lines cost money.", id="plural and capital"),
        pytest.param("İstanbul has a rail line.", id="a capital whose small letter is longer"),
    ],
)
def test_a_paragraph_that_names_the_issue_is_read(gate: Gate, sentence: str) -> None:
    assert sentence in read(gate, *FILLER, sentence, *FILLER)


def test_far_paragraphs_are_left_out_but_the_lead_and_the_figures_are_read(gate: Gate) -> None:
    parts = read(gate, *FILLER, "Delgado spoke.", *FILLER, "The rail line is dear.", "So she said.", *FILLER)
    assert "So she said." in parts
    assert "Delgado spoke." in parts
    assert FILLER[0] in parts
    assert len(parts) < 15


def test_a_title_that_names_the_issue_opens_the_words_around_it(gate: Gate) -> None:
    sentence = "The coastal line is dear."
    assert read(gate, *FILLER, sentence) == []
    assert sentence in read(gate, *FILLER, sentence, title="Rail line in doubt")


def test_spans_are_paragraphs_of_the_text(gate: Gate) -> None:
    text = "One.\n\nThe rail line.\n\n"
    spans = worth_reading(gate, ArticleText("", text, datetime(2026, 1, 1, tzinfo=UTC)))
    assert spans == {Span(0, 6), Span(6, len(text))}
