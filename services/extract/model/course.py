"""In which order and measure the judge meets its examples."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from services.extract.model.boards import read_boards
from services.extract.model.recipe import Example, is_held, is_test, misplaced, read_passages, read_sentences, turned
from services.extract.model.scenes import write_scenes

# Examples a round from each public set; the first round takes twice as many and no passages: words first, then people.
SHARES = {
    "procon20_train": 1000,
    "newsmtsc_train": 900,
    "dse_stance_train": 700,
    "perspectrum_train": 400,
    "ibmcs_train": 100,
}
SCENES = 900
# Parts of the passages and boards met with the proposition turned round, or with somebody else's.
TURNED, MISPLACED, TURNED_SENTENCES = 0.25, 0.08, 0.3


@dataclass(frozen=True, slots=True)
class Corpus:
    """Passages and boards to train on, to choose the temperature by, and never touched; the public sets by name."""

    train: tuple[Example, ...]
    held: tuple[Example, ...]
    boards: tuple[Example, ...]  # of those held
    test: tuple[Example, ...]
    sentences: Mapping[str, tuple[Example, ...]]


def read_corpus(tested: Path, ours: Path, stances: Path, *, named: float) -> Corpus:
    """The corpus from the folder of tested passages, that of the project's own, and that of the public sets."""
    known, written = read_passages(tested), read_passages(ours)
    met, met_ours = read_passages(tested, named=named), read_passages(ours, named=named)
    boards = read_boards(ours.with_name("boards"), named=named)
    held_boards = tuple(e for e in boards if is_held(e.family))
    return Corpus(
        train=tuple(e for e in met if not is_test(e.family) and not is_held(e.family))
        + tuple(e for e in met_ours + boards if not is_held(e.family)),
        held=tuple(e for e in known + written if is_held(e.family)) + held_boards,
        boards=held_boards,
        test=tuple(e for e in known if is_test(e.family)),
        sentences={name: _targeted(read_sentences(stances / f"{name}.jsonl")) for name in SHARES},
    )


def draw_rounds(corpus: Corpus, *, opened: int, rounds: int, rng: random.Random) -> Iterator[list[Example]]:
    """The examples of the rounds from the `opened`-th on, drawn with `rng`."""
    pools = {name: cycle(rng.sample(examples, len(examples))) for name, examples in corpus.sentences.items()}
    scenes = cycle(write_scenes(SCENES * rounds, seed=rng.randrange(2**31)))
    propositions = sorted({example.proposition for example in corpus.train})
    for number in range(opened, rounds):
        times = 1 if number else 2
        drawn = [_varied(example, propositions, rng) for example in corpus.train] if number else []
        for name, share in SHARES.items():
            drawn += [_now_and_then_turned(example, rng) for example in islice(pools[name], share * times)]
        drawn += [_now_and_then_turned(example, rng) for example in islice(scenes, SCENES * times)]
        yield drawn


def _varied(example: Example, propositions: Sequence[str], rng: random.Random) -> Example:
    drawn = rng.random()
    if drawn < TURNED:
        return turned(example)
    return misplaced(example, propositions, rng) if drawn < TURNED + MISPLACED else example


def _now_and_then_turned(example: Example, rng: random.Random) -> Example:
    return turned(example) if rng.random() < TURNED_SENTENCES else example


def _targeted(examples: Sequence[Example]) -> tuple[Example, ...]:
    return tuple(example for example in examples if example.proposition)
