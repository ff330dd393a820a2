"""Who says what, in direct, indirect and mixed speech."""

import pytest

from tests.extract.reading import attributions_of, figure, told


@pytest.mark.parametrize(
    ("text", "attributions"),
    [
        pytest.param(
            "Berg said the line is too costly.", [("indirect", "Berg", "the line is too costly")], id="indirect"
        ),
        pytest.param(
            "“The line is too costly,” Berg said.", [("direct", "Berg", "“The line is too costly,”")], id="direct"
        ),
        pytest.param(
            'Berg said: "The line is too costly."',
            [("direct", "Berg", '"The line is too costly."')],
            id="after a colon",
        ),
        pytest.param("''No way,'' Berg said.", [("direct", "Berg", "''No way,''")], id="two single marks"),
        pytest.param(
            "Berg told reporters that the line was “a waste.”",
            [("mixed", "Berg", "that the line was “a waste.”")],
            id="mixed",
        ),
        pytest.param(
            "“The line is too costly,” Berg said. “It will never be built.”",
            [("direct", "Berg", "“The line is too costly,” Berg said. “It will never be built.”")],
            id="a quotation interrupted by its speaker is one",
        ),
        pytest.param(
            "According to Berg, the line is too costly.",
            [("indirect", "Berg", "the line is too costly")],
            id="according to",
        ),
        pytest.param(
            "The letter argues that the line is too costly.",
            [("indirect", "The letter", "that the line is too costly")],
            id="a letter speaks",
        ),
        pytest.param("Berg criticized the new line.", [("indirect", "Berg", "the new line")], id="attitude to a thing"),
        pytest.param("The train was late.", [], id="nobody speaks"),
        pytest.param("The so-called “express” was late.", [], id="scare quotes"),
    ],
)
def test_who_says_what(text: str, attributions: list[tuple[str, str, str]]) -> None:
    assert told(text) == attributions


def test_a_quotation_over_paragraphs_keeps_its_speaker() -> None:
    text = "“The line is too costly,” Anna Berg said.\n\n“We will not build it.\n\n“Never.”"
    assert {found.actor for found in attributions_of(text)} == {"Anna Berg"}


def test_a_spokesperson_speaks_for_the_principal() -> None:
    text = "Maria Delgado met the unions. “She is against it,” said Ann Berg, a spokeswoman for Delgado."
    assert [found.actor for found in attributions_of(text, figure("Maria Delgado", "Delgado"))] == ["Maria Delgado"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("“" * 2000, id="only opening marks"),
        pytest.param('"' * 2001, id="only straight marks"),
        pytest.param("“Berg said “no” and” ” left “.", id="nested and unbalanced"),
        pytest.param("x" * 50_000, id="one long word"),
        pytest.param("“\u200fشالوم,” Berg said\u200e.\n\n«Нет», сказал он.", id="right to left and other languages"),
        pytest.param("\n\n \n\n", id="empty paragraphs"),
    ],
)
def test_no_text_raises_and_offsets_stay_inside(text: str) -> None:
    for found in attributions_of(text):
        assert 0 <= found.content.start < found.content.end <= len(text)
