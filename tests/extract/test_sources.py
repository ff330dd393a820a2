"""Who is the speaker of a reporting word."""

import pytest

from services.extract.sources import source_extent, speaker_of
from tests.extract.reading import parsed


@pytest.mark.parametrize(
    ("text", "cue", "source"),
    [
        pytest.param("“No,” said Anna Berg of the union.", "said", "Anna Berg of the union", id="after the verb"),
        pytest.param("Anna Berg, who left on Monday, said no.", "said", "Anna Berg", id="without a relative clause"),
        pytest.param("Anna Berg left, saying it was dear.", "saying", "Anna Berg", id="participle"),
        pytest.param("Anna Berg declined to say why.", "say", "Anna Berg", id="infinitive"),
        pytest.param("The line was condemned by Anna Berg.", "condemned", "Anna Berg", id="passive"),
        pytest.param("According to Anna Berg, it is dear.", "According", "Anna Berg", id="according to"),
        pytest.param("Anna Berg's claim that it is dear was wrong.", "claim", "Anna Berg's", id="owner of a noun"),
        pytest.param("Asked whether it was dear, Anna Berg left.", "Asked", None, id="who is asked does not ask"),
    ],
)
def test_speaker(text: str, cue: str, source: str | None) -> None:
    doc = parsed(text)
    speaker = speaker_of(next(token for token in doc if token.text == cue))
    assert (doc[slice(*source_extent(speaker))].text if speaker is not None else None) == source
