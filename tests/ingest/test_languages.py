"""Which language a text is in: long texts speak for themselves, short ones are helped by what is declared."""

import pytest

from services.ingest.languages import UNSURE, Guess, language_of, settle_language

ENGLISH = "The committee met on Monday and heard what the residents had to say about the bridge over the river. "
GERMAN = "Der Ausschuss tagte am Montag und hörte, was die Anwohner über die Brücke am Fluss zu sagen hatten. "
FRENCH = "La commission s'est réunie lundi et a entendu ce que les riverains avaient à dire du pont sur la rivière. "


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        pytest.param(ENGLISH * 3, "", "en", id="English"),
        pytest.param(GERMAN * 3, "en-US", "de", id="German that declares to be English"),
        pytest.param(FRENCH * 3, "", "fr", id="French"),
        pytest.param(ENGLISH * 3, "de-DE", "en", id="English on a German site"),
        pytest.param("市长周一表示反对这个计划，并说居民的意见很重要。" * 8, "", "zh", id="Chinese"),
        pytest.param("Mayor backs tram", "en-GB", "en", id="short, declared English"),
        pytest.param("Mayor backs tram", "de", "de", id="short, declared German"),
        pytest.param("Die Bürgermeisterin stimmt gegen die Straßenbahn.", "en-US", "de", id="short and plainly German"),
        pytest.param("Mayor Ann Lee says that she will back the tram.", "", "en", id="short English, undeclared"),
        pytest.param("Oslo 1:2", "", UNSURE, id="nothing to go by"),
        pytest.param("", "", UNSURE, id="no text"),
        pytest.param("12 %  \ud800 \x00", "not a code at all", UNSURE, id="neither words nor a code"),
    ],
)
def test_language_of(text: str, declared: str, language: str) -> None:
    assert language_of(text, declared=declared) == language


@pytest.mark.parametrize(
    ("guess", "length", "declared", "language"),
    [
        pytest.param(Guess("de", 0.8), 60, "en", "en", id="a short text, and not plainly German"),
        pytest.param(Guess("de", 0.95), 20, "en", "en", id="three words are not plain"),
        pytest.param(Guess("nl", 0.4), 5000, "", UNSURE, id="a long text of several languages"),
        pytest.param(Guess("de", 0.6), 60, "", UNSURE, id="short, not English for all we know"),
        pytest.param(Guess("en", 0.6), 60, "", "en", id="short, English for all we know"),
        pytest.param(Guess("en", 0.6), 60, "pt_BR", "pt", id="a declaration with an underscore"),
    ],
)
def test_settle_language(guess: Guess, length: int, declared: str, language: str) -> None:
    assert settle_language(guess, length=length, declared=declared) == language
