"""The figures mean what the scorers beside the data mean by them."""

from __future__ import annotations

import numpy as np
import pytest

from services.extract.model.figures import best_guesses, calibration_error, fit_temperature, macro_f1


@pytest.mark.parametrize(
    ("labels", "guesses", "f1"),
    [
        pytest.param(["favor", "against"], ["favor", "against"], 1.0, id="all right"),
        pytest.param(["favor", "against"], ["against", "favor"], 0.0, id="all wrong"),
        pytest.param(["favor", "none"], ["favor", "mixed"], 1.0, id="mixed counts as none where there is no mixed"),
        pytest.param(["favor", "favor", "against"], ["favor", "against", "against"], 2 / 3, id="a mean over classes"),
    ],
)
def test_macro_f1(labels: list[str], guesses: list[str], f1: float) -> None:
    assert macro_f1(labels, guesses) == pytest.approx(f1)


def test_best_guess_is_the_likeliest() -> None:
    assert best_guesses(np.array([[0.0, 2.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]])) == ["against", "none"]


def test_too_sure_a_judge_is_cooled() -> None:
    logits = np.array([[5.0, 0.0, 0.0, 0.0]] * 10)
    labels = ["favor"] * 6 + ["none"] * 4
    temperature = fit_temperature(logits, labels)
    assert temperature > 1.5
    assert calibration_error(logits, labels, temperature) < calibration_error(logits, labels, 1.0)
