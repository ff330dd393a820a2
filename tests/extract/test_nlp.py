"""A parsed text keeps the text's own offsets whatever the text is."""

import pytest

from services.extract.nlp import READ_LIMIT, load_model, parse
from services.extract.values import Span
from tests.extract.reading import MODEL, parsed


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("“We can’t,” she said.\n\nHe\u00a0did.  Twice. \n", id="prose"),
        pytest.param("x" * 1000 + "\n\n" + '"' * 500 + " end", id="no prose"),
        pytest.param(" \n\n\t lead\r\n\r\nnext\n", id="odd white space"),
        pytest.param("", id="nothing"),
        pytest.param("A sentence of some length. " * 300, id="a paragraph longer than a piece"),
    ],
)
def test_offsets_are_the_texts_own(text: str) -> None:
    doc = parsed(text)
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)


def test_only_the_first_part_of_an_endless_text_is_read() -> None:
    text = "ab " * READ_LIMIT
    assert len(parse(text, load_model(MODEL), wanted=lambda paragraph: False).text) == READ_LIMIT


def test_paragraphs_not_wanted_stay_unparsed() -> None:
    text = "Berg left.\n\nRuiz stayed."
    doc = parse(text, load_model(MODEL), wanted=lambda paragraph: paragraph == Span(0, 12))
    assert [token.text for token in doc if token.dep_ == "nsubj"] == ["Berg"]
