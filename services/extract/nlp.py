"""How a text becomes a spaCy document whose offsets are the text's own."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Token

from services.extract.annotating import annotate
from services.extract.paragraphs import paragraphs, pieces
from services.extract.rewriting import Edit, Rewritten, rewritten
from services.extract.values import Span

# The longest of 3,609 news articles of 2016 has 49,172 characters: what is longer is no article.
READ_LIMIT = 60_000
# A run without a space that no word or address reaches; the share of letters and spaces that prose never falls below.
RUN_LIMIT = 300
PROSE_SHARE = 0.5
# The model was trained on straight marks: "can’t" parses as two words where "can't" parses as one.
STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-"})
# "co-sponsor" is one verb to us and three words to the model unless its hyphen is another one.
PREFIXED = re.compile(r"\b([Cc]o)-(?=[a-z])")
HYPHEN = "\u2010"
SURROGATES = re.compile("[\ud800-\udfff]")  # half characters, which no vocabulary can hold
NAME_WORD = re.compile(r"\S+\s*")
WORD = re.compile(r"\s*\S{1,300}\s?|\s+")


@cache
def load_model(name: str) -> Language:
    """The spaCy model by package name or path, loaded once in a process."""
    return spacy.load(name, exclude=["senter"])  # sentences come from the parse


def parse(
    text: str,
    nlp: Language,
    *,
    wanted: Callable[[Span], bool] = lambda paragraph: True,
    edits: Callable[[str], Sequence[Edit]] = lambda part: (),
) -> Doc:
    """The first `READ_LIMIT` characters as one document; paragraphs that are not wanted, or no prose, stay unparsed.

    The model reads each part after `edits`; the document has the words of the text.
    """
    read = SURROGATES.sub("\ufffd", text[:READ_LIMIT])
    todo = [(piece, wanted(paragraph)) for paragraph in paragraphs(read) for piece in pieces(read, paragraph)]
    todo = [(piece, deserves and _is_prose(read[piece.start : piece.end])) for piece, deserves in todo]
    plain = [_plain(read[piece.start : piece.end]) for piece, deserves in todo if deserves]
    shown = [rewritten(part, edits(part)) for part in plain]
    parsed = zip(shown, annotate((one.text for one in shown), nlp), strict=True)
    tokens = _Tokens()
    for piece, deserves in todo:
        part = read[piece.start : piece.end]
        if deserves:
            tokens.add_parsed(part, *next(parsed))
        else:
            tokens.add_words(part)
    return tokens.document(nlp)


def _plain(part: str) -> str:
    """The part as the model likes it, character for character as long."""
    return PREFIXED.sub(rf"\1{HYPHEN}", part.translate(STRAIGHT))


def _is_prose(part: str) -> bool:
    plain = sum(char.isalpha() or char == " " for char in part)
    return plain > PROSE_SHARE * len(part) and max(map(len, part.split()), default=0) <= RUN_LIMIT


def _own_words(part: str, shown: Rewritten, token: Token) -> Sequence[str]:
    """What stands in `part` for a token of what was shown: itself, or the words of a name."""
    own = part[slice(*shown.source(token.idx, token.idx + len(token)))]
    return NAME_WORD.findall(own) if shown.is_edited(token.idx) else [own]


@dataclass(slots=True)
class _Tokens:
    """Parallel columns of the document being put together, one entry a token."""

    words: list[str] = field(default_factory=list)
    spaces: list[bool] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    pos: list[str] = field(default_factory=list)
    lemmas: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    deps: list[str] = field(default_factory=list)
    ents: list[str] = field(default_factory=list)
    starts: list[bool | int | None] = field(default_factory=list)

    def add_parsed(self, part: str, shown: Rewritten, parsed: Doc) -> None:
        """The words of `part` with the parse of what was shown, where one word may stand for several of a name."""
        words = [_own_words(part, shown, token) for token in parsed]
        last = list(accumulate(map(len, words), initial=len(self.words) - 1))[1:]
        for token, own in zip(parsed, words, strict=True):
            head = last[token.head.i]
            for at, word in enumerate(own, 1 - len(own)):
                is_last, is_first = at == 0, at == 1 - len(own)
                ent = token.ent_iob_ if is_first or not token.ent_type_ else "I"
                self.words.append(word.removesuffix(" ") if not is_last else word)
                self.spaces.append(bool(token.whitespace_) if is_last else word.endswith(" "))
                self.tags.append(token.tag_)
                self.pos.append(token.pos_)
                self.lemmas.append(word.strip() if shown.is_edited(token.idx) else token.lemma_.replace(HYPHEN, "-"))
                self.heads.append(head if is_last or token.dep_ == "compound" else last[token.i])
                self.deps.append(token.dep_ if is_last else "compound")
                self.ents.append(f"{ent}-{token.ent_type_}" if token.ent_type_ else "O")
                self.starts.append(bool(token.is_sent_start) and is_first)

    def add_words(self, part: str) -> None:
        for number, match in enumerate(WORD.finditer(part)):
            word = match.group()
            self.words.append(word.removesuffix(" ") or word)
            self.spaces.append(word != " " and word.endswith(" "))
            self.tags.append("")
            self.pos.append("X")
            self.lemmas.append("")
            self.heads.append(len(self.words) - 1)
            self.deps.append("ROOT" if number == 0 else "dep")
            self.ents.append("O")
            self.starts.append(number == 0)

    def document(self, nlp: Language) -> Doc:
        return Doc(
            nlp.vocab,
            words=self.words,
            spaces=self.spaces,
            tags=self.tags,
            pos=self.pos,
            lemmas=self.lemmas,
            heads=self.heads,
            deps=self.deps,
            ents=self.ents,
            sent_starts=self.starts,
        )
