"""Which words report something, and where the content of the report begins and ends."""

import pytest

from services.extract.cues import find_cues, reporting_words
from tests.extract.reading import parsed


@pytest.mark.parametrize(
    ("text", "cue", "content"),
    [
        pytest.param("Berg said the line is dear.", "said", "the line is dear", id="clause"),
        pytest.param("Berg promised to build the line.", "promised", "to build the line", id="infinitive"),
        pytest.param(
            "Berg urged Ruiz to build the line.", "urged", "Ruiz to build the line", id="object and infinitive"
        ),
        pytest.param("Berg called the line reckless.", "called", "the line reckless", id="what it is called"),
        pytest.param("Berg condemned the line.", "condemned", "the line", id="object"),
        pytest.param(
            "Berg described it as a waste.", "described", "it as a waste", id="object and what it is described as"
        ),
        pytest.param("Berg voted against the line.", "voted", "the line", id="preposition"),
        pytest.param("Her opposition to the line is old.", "opposition", "the line", id="noun"),
        pytest.param("Berg is critical of the line.", "critical", "the line", id="adjective"),
        pytest.param("The line is dear, according to Berg.", "according", "The line is dear", id="according to"),
    ],
)
def test_content_of_a_cue(text: str, cue: str, content: str) -> None:
    doc = parsed(text)
    found = {doc[one.at].text: doc[one.start : one.end].text.strip(" ,.") for one in find_cues(doc)}
    assert found.get(cue) == content


def test_every_word_of_the_list_has_a_construction() -> None:
    assert all(frames for words in reporting_words().values() for frames in words.values())
