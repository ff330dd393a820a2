"""The measures: what they count, on examples small enough to count by hand."""

import json
from pathlib import Path

import pytest
import yaml

from stancewatch.commands.evaluate import as_card, read_by_hand
from stancewatch.evaluation.attributions import score_attributions
from stancewatch.evaluation.measures import Found, calibration_error, compare, macro_f1
from stancewatch.evaluation.stances import score_stances
from stancewatch.evaluation.storylines import score_storylines

TEXT = '"I will vote against the tram," Mayor Ana Ruiz said on Monday.\n\nThe council meets next week.\n'


def test_found_and_wanted_are_counted_as_sets() -> None:
    figures = compare({1, 2, 3}, {2, 3, 4, 5})
    assert (figures.precision, figures.recall, figures.f1) == (2 / 3, 0.5, 4 / 7)
    assert figures + Found(1, 1, 1) == Found(3, 4, 5)
    assert Found(0, 0, 0).f1 == 0.0


@pytest.mark.parametrize(
    ("answers", "gold", "figure"),
    [
        pytest.param(["favor", "none"], ["favor", "none"], 1.0, id="all right"),
        pytest.param(["favor", "favor"], ["favor", "none"], (2 / 3 + 0) / 2, id="a class that is never answered"),
        pytest.param(["mixed", "none"], ["favor", "none"], 0.5, id="an answer that the gold does not know"),
    ],
)
def test_macro_f1_is_the_mean_over_the_golds_classes(answers: list[str], gold: list[str], figure: float) -> None:
    assert macro_f1(answers, gold) == pytest.approx(figure)


def test_calibration_error_is_the_gap_between_sure_and_right() -> None:
    assert calibration_error([0.9, 0.9], [True, True]) == pytest.approx(0.1)
    assert calibration_error([0.5, 0.5, 1.0], [True, False, True]) == pytest.approx(0.0)
    assert calibration_error([], []) == 0.0


def test_a_storyline_is_replayed_and_compared(tmp_path: Path) -> None:
    story = {
        "id": "tram",
        "watchlist": {
            "figures": [{"id": "ana-ruiz", "name": "Ana Ruiz", "aliases": ["Ruiz"]}],
            "issues": [
                {"id": "tram", "name": "Tram", "proposition": "The city should build the tram.", "terms": ["tram"]}
            ],
        },
        "articles": [
            {
                "id": "a1",
                "published": "2024-03-01T09:00:00Z",
                "source": "Courier",
                "url": "https://courier.example/1",
                "title": "Mayor on the tram",
                "text": TEXT,
                "statements": [
                    {"figure": "ana-ruiz", "issue": "tram", "stance": "against", "own_words": True, "evidence": "x"}
                ],
            }
        ],
        "shifts": [],
    }
    (tmp_path / "tram.yaml").write_text(yaml.safe_dump(story).replace("'2024-03-01T09:00:00Z'", "2024-03-01T09:00:00Z"))
    figures = score_storylines(tmp_path)
    assert (figures.storylines, figures.articles, figures.false_alarms) == (1, 1, 0)
    assert figures.statements == Found(1, 1, 1)


def test_attributions_are_matched_by_what_their_contents_share(tmp_path: Path) -> None:
    speaker, content = "Mayor Ana Ruiz", '"I will vote against the tram,"'
    quote = {
        "content_spans": [[0, len(content)]],
        "speaker_spans": [[TEXT.index(speaker), TEXT.index(speaker) + len(speaker)]],
        "type": "direct",
    }
    path = tmp_path / "marked_dev.jsonl"
    path.write_text(json.dumps({"doc_id": "1", "title": "", "text": TEXT, "quotes": [quote]}) + "\n")
    figures = score_attributions(path)
    assert (figures.contents.right, figures.speakers) == (1, 1)


def test_stances_are_asked_in_both_forms_of_the_data(tmp_path: Path) -> None:
    label = {"actor": "Ana Ruiz", "proposition": "The city should build the tram.", "stance": "against"}
    passages, sentences = tmp_path / "passages.jsonl", tmp_path / "sentences.jsonl"
    passage = {"text": TEXT, "labels": [label]}
    aside, trained_on = {**passage, "id": "p0"}, {**passage, "id": "p1"}  # by the md5 of the family or id
    passages.write_text("".join(json.dumps(one) + "\n" for one in (aside, trained_on)))
    sentences.write_text(
        json.dumps({"id": "s", "sentence": "We oppose the tram.", "target": "the tram", "label": "negative"}) + "\n"
    )
    for path in (passages, sentences):
        figures = score_stances([path], most=10)
        assert (figures.questions, figures.accuracy) == (1, 1.0)


def test_a_new_card_keeps_what_people_wrote_below_the_figures(tmp_path: Path) -> None:
    card = tmp_path / "accuracy.md"
    assert read_by_hand(card) == ""
    card.write_text(as_card([("tram", "F1", "1.0")], tmp_path) + "\n## Real news\n\nRead in May.\n")
    assert as_card([], tmp_path) + read_by_hand(card) == as_card([], tmp_path) + "\n## Real news\n\nRead in May.\n"
