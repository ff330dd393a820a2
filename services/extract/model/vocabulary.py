"""The word pieces the judge knows, and how a text is cut into them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.extract.model.masking import MARKS

PAD, UNKNOWN, FIRST, LAST = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
SPECIAL = (PAD, UNKNOWN, FIRST, LAST)
# Pieces stand in the base's list by frequency; beyond this many a word is spelled with shorter pieces. Saves 4 MB.
KEPT = 20_000
LATIN = re.compile(r"(##)?[a-z0-9]+|[!-~]|[‘’“”–—…£€°]")
LONGEST = 176
# No text needs more letters than this to fill the places; a longer word is unknown.
LONGEST_TEXT, LONGEST_WORD = 4_000, 100
MARK = re.compile("(" + "|".join(map(re.escape, MARKS)) + ")")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Pieces to numbers, in the base's order, the marks last."""

    numbers: Mapping[str, int]

    def encode(self, text: str) -> list[int]:
        """The numbers of the pieces of `text`, as BERT cuts it: no accents, small letters, longest piece first."""
        numbers: list[int] = []
        for part in MARK.split(text):
            if part in MARKS:
                numbers.append(self.numbers[part])
            else:
                for word in _words(part):
                    numbers += self._pieces(word)
        return numbers

    def _pieces(self, word: str) -> list[int]:
        if len(word) > LONGEST_WORD:
            return [self.numbers[UNKNOWN]]
        pieces: list[int] = []
        start = 0
        while start < len(word):
            end = self._end_of_piece(word, start)
            if end == start:
                return [self.numbers[UNKNOWN]]
            pieces.append(self.numbers[_spelled(word, start, end)])
            start = end
        return pieces

    def _end_of_piece(self, word: str, start: int) -> int:
        return next((end for end in range(len(word), start, -1) if _spelled(word, start, end) in self.numbers), start)


def trim_pieces(base: Mapping[str, int]) -> tuple[str, ...]:
    """The commoner Latin pieces of the base, in its order."""
    return tuple(piece for piece in sorted(base, key=lambda piece: base[piece]) if _is_kept(piece, base[piece]))


def read_vocabulary(path: Path) -> Vocabulary:
    """A vocabulary from a file of one piece a line."""
    return number_pieces(path.read_text(encoding="utf-8").splitlines())


def number_pieces(pieces: Sequence[str]) -> Vocabulary:
    return Vocabulary({piece: number for number, piece in enumerate(pieces)})


def encode_pair(vocabulary: Vocabulary, text: str, proposition: str) -> tuple[list[int], list[int]]:
    """Token ids and kinds of one pair: the proposition first, so that a long text loses its end, not the question."""
    first, last = vocabulary.numbers[FIRST], vocabulary.numbers[LAST]
    asked = vocabulary.encode(proposition[:LONGEST_TEXT])[: LONGEST // 3]
    told = vocabulary.encode(text[:LONGEST_TEXT])[: LONGEST - 3 - len(asked)]
    return [first, *asked, last, *told, last], [0] * (len(asked) + 2) + [1] * (len(told) + 1)


def _is_kept(piece: str, row: int) -> bool:
    common = row < KEPT or len(piece.removeprefix("##")) < 3
    return piece in SPECIAL or (common and LATIN.fullmatch(piece) is not None)


def _words(text: str) -> Iterator[str]:
    """Runs between spaces, with every punctuation mark and Chinese character a word of its own."""
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if unicodedata.category(letter) != "Mn")
    for run in bare.lower().split():
        if run.isalnum() and run.isascii():
            yield run
        else:
            yield from _parts(run)


def _parts(run: str) -> Iterator[str]:
    word = ""
    for letter in run:
        if _stands_alone(letter):
            yield from filter(None, (word, letter))
            word = ""
        elif unicodedata.category(letter)[0] != "C" and letter != "\ufffd":
            word += letter
    if word:
        yield word


def _stands_alone(letter: str) -> bool:
    ascii_mark = letter.isascii() and letter.isprintable() and not letter.isalnum()
    return ascii_mark or unicodedata.category(letter)[0] == "P" or "\u4e00" <= letter <= "\u9fff"


def _spelled(word: str, start: int, end: int) -> str:
    return word[start:end] if start == 0 else f"##{word[start:end]}"
