"""The quick way through spaCy's pipeline ends where spaCy's own ends."""

import pytest
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, LEMMA, ORTH, POS, SENT_START, TAG

from services.extract.annotating import BATCH, annotate
from services.extract.nlp import load_model
from tests.extract.reading import MODEL

SEEN = [ORTH, TAG, POS, LEMMA, DEP, HEAD, SENT_START, ENT_IOB, ENT_TYPE]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param([], id="nothing"),
        pytest.param(["", "Berg left.", ""], id="an empty piece among others"),
        pytest.param(["  \n\n ", "She  said:\n\n“No”\t(twice). \n"], id="odd white space"),
        pytest.param(
            ["There is no plan.", "They're gonna leave, aren't they? Let's go; y'all got ta come on."],
            id="words that are read together",
        ),
        pytest.param(
            ["Anna Berg of Acme Corp. met the U.N. in New York on Monday, 12 May 2021, and paid $3 million."],
            id="names of several words",
        ),
        pytest.param(
            [
                "He does it. It does him good. What he had done, they had.",
                "That is that; I believe that it was done by you.",
            ],
            id="words whose form hangs on their place",
        ),
        pytest.param([f"Mayor Ruiz opposed plan {number}." for number in range(BATCH + 3)], id="more than one batch"),
    ],
)
def test_annotations_are_those_of_the_pipeline(texts: list[str]) -> None:
    nlp = load_model(MODEL)
    for _ in range(2):  # at first, and with all words known
        quick, slow = annotate(texts, nlp), list(nlp.pipe(texts))
        assert [doc.to_array(SEEN).tolist() for doc in quick] == [doc.to_array(SEEN).tolist() for doc in slow]
        assert [doc.text for doc in quick] == texts
