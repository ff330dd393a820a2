"""Train the judge: `python -m services.extract.model.train --help`; needs the extra `train`."""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from services.extract.judge import open_judge
from services.extract.model.base import Base, read_base
from services.extract.model.batches import UNKNOWN, Batch, make_batches
from services.extract.model.course import Corpus, draw_rounds, read_corpus
from services.extract.model.encoder import Judge, Shape, load_base
from services.extract.model.export import export_judge
from services.extract.model.figures import best_guesses, calibration_error, fit_temperature, macro_f1
from services.extract.model.masking import ACTOR, MARKS, TARGET
from services.extract.model.recipe import SIGNALS, STANCES, Example, read_sentences
from services.extract.model.reopen import reopen
from services.extract.model.vocabulary import Vocabulary, number_pieces, trim_pieces

# The first part of the steps warms up, the rest cools down.
WARM_UP = 0.06
SMOOTHING = 0.1
SIGNAL_WEIGHT = 0.3
# Classes weigh by their rarity to this power: 1 would let the thinnest class rule.
RARITY = 0.4
THREADS = 1
REPORT_EVERY = 25
# What sets the temperature of questions about a target that the text names: the last rows of each.
TARGETED = (("newsmtsc_mt_dev", 442), ("dse_stance_train", 442))
MEASURED = ("procon20_dev", "newsmtsc_rw_dev", "dse_stance_dev")


@dataclass(frozen=True, slots=True)
class Sitting:
    """One stretch of training: seed, rounds and rate, which falls to nothing over `paced` steps; `walked` are walked.

    The judge that comes out is the mean of those kept every REPORT_EVERY steps from step `mean_from` on. `named` is the
    part of the other actors who keep their names, as they do where the reader of an article misses one.
    """

    seed: int
    opened: int
    rounds: int
    rate: float
    paced: int
    walked: int
    mean_from: int
    named: float


# A first sitting from the published weights, and one that goes on from an earlier sitting with what was written since.
FIRST = Sitting(seed=7, opened=0, rounds=9, rate=1.5e-4, paced=4000, walked=4000, mean_from=3400, named=0.25)
LATER = Sitting(seed=13, opened=1, rounds=4, rate=1.2e-4, paced=3800, walked=3800, mean_from=3300, named=0.3)


@dataclass(frozen=True, slots=True)
class Course:
    """The batches of a training from first to last, and the weight of each stance."""

    batches: tuple[Batch, ...]
    weights: Tensor


def main() -> None:
    """Train, export, fit the temperature, and write the figures beside the weights."""
    asked = _arguments()
    torch.set_num_threads(THREADS)
    sitting = LATER if asked.start else FIRST
    torch.manual_seed(sitting.seed)
    corpus = read_corpus(asked.passages, Path(__file__).with_name("passages"), asked.stances, named=sitting.named)
    base = read_base()
    pieces = trim_pieces(base.numbers)
    vocabulary = number_pieces([*pieces, *MARKS])
    judge = _new_judge(base, vocabulary, [base.numbers[piece] for piece in pieces])
    if asked.start and asked.start.suffix == ".onnx":
        reopen(judge, asked.start)
    elif asked.start:
        judge.load_state_dict(torch.load(asked.start))
    asked.out.mkdir(parents=True, exist_ok=True)
    train(judge, _plan(corpus, vocabulary, sitting), sitting, keep=asked.out / "judge.pt")
    if asked.blend:
        judge.load_state_dict(_mean([judge.state_dict(), *map(torch.load, asked.blend)]))
    (asked.out / "vocabulary.txt").write_text("\n".join(vocabulary.numbers) + "\n", encoding="utf-8")
    export_judge(judge, asked.out / "judge.onnx")
    figures = measure(corpus, asked.stances, asked.out)
    sys.stdout.write(json.dumps(figures, indent=1) + "\n")


def train(judge: Judge, course: Course, sitting: Sitting, *, keep: Path) -> None:
    """Fit `judge` to the batches of `course` in place, leaving a copy at `keep` at every report."""
    optimizer = torch.optim.AdamW(
        [p for p in judge.parameters() if p.requires_grad], lr=sitting.rate, betas=(0.9, 0.98), fused=True
    )
    judge.train()
    losses: list[float] = []
    tail: list[dict[str, Tensor]] = []
    for step, batch in enumerate(course.batches[: sitting.walked]):
        for group in optimizer.param_groups:
            group["lr"] = sitting.rate * _pace(step, sitting.paced)
        loss = _loss(judge, batch, course.weights)
        loss.backward()
        nn.utils.clip_grad_norm_(judge.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
        if step % REPORT_EVERY == REPORT_EVERY - 1:
            if step >= sitting.mean_from:
                tail.append({name: tensor.clone() for name, tensor in judge.state_dict().items()})
            torch.save(judge.state_dict(), keep)
            recent = sum(losses[-REPORT_EVERY:]) / REPORT_EVERY
            sys.stderr.write(f"{time.strftime('%H:%M:%S')} {step + 1}/{len(course.batches)} loss {recent:.3f}\n")
    judge.load_state_dict(_mean(tail))
    torch.save(judge.state_dict(), keep)


def measure(corpus: Corpus, stances: Path, folder: Path) -> dict[str, float]:
    """The figures of the exported judge in `folder`, with its temperature, fitted on the held families; left there."""
    settings = folder / "judge.json"
    settings.write_text(json.dumps({"temperature": 1.0, "target_temperature": 1.0}), encoding="utf-8")
    # Boards are shorter and plainer than what a reader of articles asks about: on them it may be bolder.
    passages = [example for example in corpus.held if example not in set(corpus.boards)]
    temperature = fit_temperature(_logits(folder, passages), [example.stance for example in passages])
    targeted = [e for name, rows in TARGETED for e in read_sentences(stances / f"{name}.jsonl")[-rows:]]
    targeted = [example for example in targeted if example.proposition == TARGET]
    target_temperature = fit_temperature(_logits(folder, targeted), [example.stance for example in targeted])
    sets: dict[str, Sequence[Example]] = {"passages_held": passages, "boards_held": corpus.boards}
    sets["passages_test"] = corpus.test
    sets |= {name: read_sentences(stances / f"{name}.jsonl") for name in MEASURED}
    figures: dict[str, float] = {"temperature": temperature, "target_temperature": target_temperature}
    for name, examples in sets.items():
        logits, labels = _logits(folder, examples), [example.stance for example in examples]
        figures[f"{name}_macro_f1"] = round(macro_f1(labels, best_guesses(logits)), 4)
        by = target_temperature if all(example.proposition == TARGET for example in examples) else temperature
        figures[f"{name}_calibration_error"] = round(calibration_error(logits, labels, by), 4)
    settings.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return figures


def _new_judge(base: Base, vocabulary: Vocabulary, rows: list[int]) -> Judge:
    shape = Shape(vocabulary=len(vocabulary.numbers), signals=len(SIGNALS))
    judge = Judge(shape, first_mark=vocabulary.numbers[ACTOR])
    load_base(judge, base.tensors, rows)
    return judge


def _plan(corpus: Corpus, vocabulary: Vocabulary, sitting: Sitting) -> Course:
    rng = random.Random(sitting.seed)
    rounds = list(draw_rounds(corpus, opened=sitting.opened, rounds=sitting.rounds, rng=rng))
    counted = Counter(example.stance for examples in rounds for example in examples)
    weights = torch.tensor([(counted.total() / len(STANCES) / counted[stance]) ** RARITY for stance in STANCES])
    return Course(tuple(_batches(rounds, vocabulary, rng)), weights)


def _batches(rounds: Sequence[Sequence[Example]], vocabulary: Vocabulary, rng: random.Random) -> Iterator[Batch]:
    for examples in rounds:
        yield from make_batches(examples, vocabulary, rng=rng)


def _pace(step: int, steps: int) -> float:
    return min((step + 1) / (steps * WARM_UP), (steps - step) / (steps * (1 - WARM_UP)))


def _loss(judge: Judge, batch: Batch, weights: Tensor) -> Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        stances, signals = judge(batch.ids, batch.kinds, batch.present)
    loss = cross_entropy(stances.float(), batch.stances, weight=weights, label_smoothing=SMOOTHING)
    if bool((batch.signals != UNKNOWN).any()):
        loss = loss + SIGNAL_WEIGHT * cross_entropy(signals.float(), batch.signals, ignore_index=UNKNOWN)
    return loss


def _mean(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.stack([state[name] for state in states]).mean(dim=0) for name in states[0]}


def _logits(folder: Path, examples: Sequence[Example]) -> NDArray[np.float64]:
    judge = open_judge(folder)
    return np.stack([judge.logits(example.text, example.proposition) for example in examples])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=Path, required=True, help="folder of passages of which a third is set aside")
    parser.add_argument("--stances", type=Path, required=True, help="folder of the public stance sets, NAME.jsonl each")
    parser.add_argument("--start", type=Path, help="judge.pt or judge.onnx of an earlier sitting, to go on from")
    parser.add_argument("--blend", type=Path, nargs="*", help="judge.pt of earlier sittings, to take the mean with")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("weights"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
