"""Texts are cut into word pieces as BERT cuts them."""

from __future__ import annotations

import pytest

from services.extract.model.vocabulary import LONGEST, encode_pair, number_pieces, trim_pieces

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "zon", "##ing", "cafe", "won", "’", "t", ".", "[ACTOR]")
VOCABULARY = number_pieces(PIECES)


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        pytest.param("The zoning.", ("the", "zon", "##ing", "."), id="longest piece first, marks alone"),
        pytest.param("CAFÉ", ("cafe",), id="no accents, small letters"),
        pytest.param("won’t", ("won", "’", "t"), id="an apostrophe stands alone"),
        pytest.param("[ACTOR]’s", ("[ACTOR]", "’", "[UNK]"), id="a mark is one piece"),
        pytest.param("[SEP]", ("[UNK]",) * 3, id="a text cannot end itself"),
        pytest.param("x" * 200, ("[UNK]",), id="an endless word is unknown"),
        pytest.param("\u0000\u200b", (), id="what cannot be seen is left out"),
    ],
)
def test_encode_cuts_like_bert(text: str, pieces: tuple[str, ...]) -> None:
    assert tuple(PIECES[number] for number in VOCABULARY.encode(text)) == pieces


def test_a_long_text_loses_its_end_and_never_the_proposition() -> None:
    ids, kinds = encode_pair(VOCABULARY, "the " * 1000, "zoning.")
    assert len(ids) == len(kinds) == LONGEST
    assert [PIECES[number] for number in ids[:6]] == ["[CLS]", "zon", "##ing", ".", "[SEP]", "the"]
    assert PIECES[ids[-1]] == "[SEP]"


def test_trimming_keeps_the_order_and_drops_other_scripts_and_rare_words() -> None:
    base = {"[PAD]": 0, "[unused0]": 1, "[UNK]": 2, "the": 3, "я": 4, "rare": 29_000, "##q": 29_001}
    assert trim_pieces(base) == ("[PAD]", "[UNK]", "the", "##q")
