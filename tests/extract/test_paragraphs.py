"""Paragraphs and pieces together cover the text, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.extract.paragraphs import paragraphs, pieces


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("One.\n\nTwo.", ["One.\n\n", "Two."], id="blank line"),
        pytest.param("One\nline.\n \n\nTwo.\n", ["One\nline.\n \n\n", "Two.\n"], id="a single break parts nothing"),
    ],
)
def test_paragraphs_are_parted_by_blank_lines(text: str, parts: list[str]) -> None:
    assert [text[slice(*span)] for span in paragraphs(text)] == parts


@given(st.text(alphabet="ab .”\n\r\u2028", max_size=300))
def test_pieces_cover_the_text_and_keep_the_limit(text: str) -> None:
    found = [piece for paragraph in paragraphs(text) for piece in pieces(text, paragraph, limit=40)]
    assert "".join(text[slice(*piece)] for piece in found) == text
    assert all(0 < piece.end - piece.start <= 40 for piece in found)
