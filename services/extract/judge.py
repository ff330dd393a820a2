"""How likely a marked text is for a proposition, against it, mixed or silent, by the small trained judge."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions

from services.extract.model.masking import TARGET, frame_pair, mask_actor
from services.extract.model.vocabulary import Vocabulary, encode_pair, read_vocabulary

__all__ = ["Judge", "StanceOdds", "frame_pair", "load_judge", "mask_actor"]

WEIGHTS = Path(__file__).with_name("model") / "weights"


@dataclass(frozen=True, slots=True)
class StanceOdds:
    """Probabilities that sum to one."""

    favor: float
    against: float
    mixed: float
    none: float


@dataclass(frozen=True, slots=True)
class Judge:
    """The network, the word pieces it reads, and the temperatures that make its probabilities honest.

    Where the text names the target itself and the question is only its mark, the network is less bold than right.
    """

    session: InferenceSession
    vocabulary: Vocabulary
    temperature: float
    target_temperature: float

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> tuple[StanceOdds, ...]:
        """The odds of each (marked text, proposition), in order; about 10 ms a pair on one core.

        Pairs are read one by one: eight-bit arithmetic scales by the whole batch, so in a batch a pair's odds would
        hang on its company.
        """
        distinct = {pair: self._odds(*pair) for pair in dict.fromkeys(pairs)}
        return tuple(distinct[pair] for pair in pairs)

    def logits(self, text: str, proposition: str) -> NDArray[np.float64]:
        """Raw scores in the order favor, against, mixed, none."""
        ids, kinds = encode_pair(self.vocabulary, text, proposition)
        fed = {"ids": np.array([ids]), "kinds": np.array([kinds]), "present": np.ones((1, len(ids)), dtype=np.int64)}
        scores: NDArray[np.float64] = np.asarray(self.session.run(["stances"], fed)[0], dtype=np.float64)[0]
        return scores

    def _odds(self, text: str, proposition: str) -> StanceOdds:
        temperature = self.target_temperature if proposition == TARGET else self.temperature
        scaled = self.logits(text, proposition) / temperature
        weights = np.exp(scaled - scaled.max())
        favor, against, mixed, none = (weights / weights.sum()).tolist()
        return StanceOdds(favor, against, mixed, none)


@lru_cache(maxsize=1)
def load_judge() -> Judge:
    """The judge that ships with the project, opened at the first call."""
    return open_judge(WEIGHTS)


def open_judge(folder: Path) -> Judge:
    """A judge from its folder: judge.onnx, vocabulary.txt and judge.json with the temperatures."""
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = InferenceSession(str(folder / "judge.onnx"), options, providers=["CPUExecutionProvider"])
    settings = json.loads((folder / "judge.json").read_text(encoding="utf-8"))
    pieces = read_vocabulary(folder / "vocabulary.txt")
    return Judge(session, pieces, float(settings["temperature"]), float(settings["target_temperature"]))
