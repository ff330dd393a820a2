"""The parser reads plain names in place of the figures', and the document keeps the text's own words and offsets."""

import pytest

from services.extract.nlp import load_model, parse
from services.extract.rewriting import rewritten
from services.extract.stand_ins import stand_in_edits, stand_ins_for
from services.extract.values import Figure
from shared.vocabulary import ActorKind
from tests.extract.reading import MODEL, figure

FIGURES = (
    figure("Ana García López", "López", "Sen. López"),
    figure("Will May", "May", "the mayor", "Downing Street"),
    figure("Lumenar", "Lumenar Systems", kind=ActorKind.ORGANISATION),
    figure("Walter Nakamura-Lyle", "Nakamura-Lyle"),
    figure("Bernie Sanders", "Sanders"),
    figure("Chris Van Hollen", "Van Hollen", "Rep. Van Hollen"),
)


def shown(text: str, figures: tuple[Figure, ...] = FIGURES) -> str:
    return rewritten(text, stand_in_edits(text, stand_ins_for(figures, load_model(MODEL)))).text


@pytest.mark.parametrize(
    ("text", "neutral"),
    [
        pytest.param("Sen. Ana García López said no.", "Sen. Mary Smith said no.", id="three words"),
        pytest.param("Walter P. Nakamura-Lyle’s aide", "Mary P. Smith’s aide", id="a hyphen and an initial"),
        pytest.param("Bernie “Bern” Sanders left.", "Mary “Bern” Smith left.", id="a nickname"),
        pytest.param("He told Chris Van Hollen.", "He told Mary Smith.", id="a surname of two words"),
        pytest.param("Rep. Van Hollen's bill", "Rep. Smith's bill", id="the surname alone"),
        pytest.param("Sanders' bill", "Smith's bill", id="a possessive without its s"),
        pytest.param("pro-Sanders and Nakamura-Lyle-backed", "pro-Smith and Smith-backed", id="part of a word"),
        pytest.param("Jane Sanders left.", "Jane Smith left.", id="a namesake"),
        pytest.param("Bernie Young left.", "Bernie Young left.", id="a stranger with a figure's first name"),
        pytest.param("The mayor is in Downing Street.", "The mayor is in Downing Street.", id="no names"),
        pytest.param(
            "Lumenar and the Lumenar Systems plan", "Microsoft and the Microsoft Systems plan", id="companies"
        ),
        pytest.param("Mayfair and Sandersville", "Mayfair and Sandersville", id="inside other words"),
        pytest.param(
            "May opposed it. Mr. May left.", "Smith opposed it. Mr. Smith left.", id="an ordinary word as name"
        ),
        pytest.param("In May he left. May 3 came. “May I?”", "In May he left. May 3 came. “May I?”", id="as it is"),
    ],
)
def test_a_plain_name_stands_in(text: str, neutral: str) -> None:
    assert shown(text) == neutral


def test_a_watchlist_without_figures_changes_nothing() -> None:
    assert shown("Sanders left.", ()) == "Sanders left."


def test_the_document_has_the_texts_own_words_and_offsets() -> None:
    text = "Ana  García López told Sanders’ aide, “No.”\n\nWalter Nakamura-Lyle met Chris Van Hollen."
    known = stand_ins_for(FIGURES, load_model(MODEL))
    doc = parse(text, load_model(MODEL), edits=lambda part: stand_in_edits(part, known))
    assert doc.text == text
    assert all(text[token.idx : token.idx + len(token)] == token.text for token in doc)
    assert {ent.text for ent in doc.ents if ent.label_ == "PERSON"} >= {"Ana  García López", "Walter Nakamura-Lyle"}
    assert [token.head.text for token in doc if token.text == "García"] == ["López"]
    assert [token.lemma_ for token in doc if token.text.startswith("Nakamura")] == ["Nakamura-Lyle"]


@pytest.mark.parametrize("name", ["Theresa Young", "Ana García López", "Xi Zhang", "Anne-Marie Rees-Mogg"])
def test_whoever_is_named_the_parse_is_the_same(name: str) -> None:
    def parsed(name: str) -> list[tuple[str, str, str]]:
        surname = name.split(maxsplit=1)[1]
        text = f"{name} vetoed it, aides to {surname} said. “I am against it,” said Gov. {surname}, who had paused."
        known = stand_ins_for((figure(name, surname),), load_model(MODEL))
        doc = parse(text, load_model(MODEL), edits=lambda part: stand_in_edits(part, known))
        own = name.split()
        return [
            (token.pos_, token.dep_, "" if token.head.text in own else token.head.text)
            for token in doc
            if token.text not in own
        ]

    assert parsed(name) == parsed("Jane Roe")
