"""Names in pieces of text by spaCy's recognizer, its moves weighed for all words together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_SPACE, SENT_START
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span

# What the network is shown of a word: itself, the first word of the open name, and the word before within that name.
SHOWN, NOTHING = 3, -1


@dataclass(frozen=True, slots=True)
class Moves:
    """The recognizer's classes: what each does, with which label, and by label how an open name goes on or ends."""

    kinds: NDArray[np.str_]
    labels: Sequence[str]
    within: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Recognizer:
    """spaCy's greedy recognizer. Outside names a move hangs on nothing that was decided before: it needs no turns."""

    component: EntityRecognizer
    moves: Moves

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Set the names that the component would set."""
        if any(doc.has_annotation("ENT_IOB") for doc in docs):
            list(self.component.pipe(docs))  # what somebody else found is respected there
            return
        network = self.component.model.predict(docs)
        first = 0
        for doc in docs:
            doc.set_ents([*self._names(doc, network, first)] if len(doc) else [])
            first += len(doc)
        network.clear_memory()

    def _names(self, doc: Doc, network: object, first: int) -> Iterator[Span]:
        """The names of one piece, whose words the network knows from number `first` on."""
        shown = np.full((len(doc), SHOWN), NOTHING, dtype=np.int32)
        shown[:, 0] = np.arange(first, first + len(doc))
        may_go_on = _may_go_on(doc)
        moves = _scores(network, shown)
        space = doc.to_array([IS_SPACE]).ravel() == 1
        moves[:, np.isin(self.moves.kinds, ("I", "L", "-"))] = -np.inf
        moves[np.ix_(space | ~may_go_on, self.moves.kinds == "B")] = -np.inf
        moves[np.ix_(space, self.moves.kinds == "U")] = -np.inf
        best, at = moves.argmax(axis=1).tolist(), 0
        while at < len(doc):
            kind, label, start = self.moves.kinds[best[at]], self.moves.labels[best[at]], at
            if kind == "B":
                at += 1
                while may_go_on[at] and self._goes_on(network, label, (first + at, first + start, first + at - 1)):
                    at += 1
            if kind in {"B", "U"}:
                yield Span(doc, start, at + 1, label=label)
            at += 1

    def _goes_on(self, network: object, label: str, shown: tuple[int, int, int]) -> bool:
        """Whether an open name has more words after this one; of two equal scores the first class wins."""
        inside, last = self.moves.within[label]
        scores = _scores(network, np.array([shown], dtype=np.int32))[0]
        return bool(scores[inside] > scores[last] or (scores[inside] == scores[last] and inside < last))


def quick_recognizer(component: EntityRecognizer) -> Recognizer | None:
    """The recognizer around a component; none where that decides otherwise than by one greedy pass."""
    network = component.model
    if component.cfg["beam_width"] != 1 or network.attrs["unseen_classes"] or not network.attrs["has_upper"]:
        return None
    if network.get_ref("lower").get_dim("nF") != SHOWN:
        return None
    classes = range(component.moves.n_moves)
    names = [component.moves.get_class_name(number).partition("-") for number in classes]
    kinds = ["-" if kind != "O" and not label else kind for kind, _, label in names]
    at = {(kind, label): number for number, (kind, _, label) in enumerate(names)}
    within = {label: (number, at["L", label]) for (kind, label), number in at.items() if kind == "I"}
    return Recognizer(component, Moves(np.array(kinds), tuple(label for *_, label in names), within))


def _may_go_on(doc: Doc) -> NDArray[np.bool_]:
    """Whether a name may reach from each word into the next: not over the end of a sentence."""
    starts = doc.to_array([SENT_START]).ravel() == 1
    return np.append(~starts[1:], False)


def _scores(network: object, shown: NDArray[np.int32]) -> NDArray[np.float32]:
    vector, _ = network.state2vec(shown, False)  # type: ignore[attr-defined]
    scores: NDArray[np.float32] = network.vec2scores.predict(vector)  # type: ignore[attr-defined]
    return scores
