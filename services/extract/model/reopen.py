"""The shipped eight-bit weights as a network again, for a sitting that goes on where they stopped."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor

from services.extract.model.encoder import Judge

PARTS = ("qkv", "attended", "inner", "outer")
WHOLE, QUANTIZED = "judge.", "_quantized"


def reopen(judge: Judge, path: Path) -> None:
    """Fill `judge` from an exported file; its head for signals, which is not exported, stays as it was made."""
    held = {one.name: numpy_helper.to_array(one) for one in onnx.load(path).graph.initializer}
    state = judge.state_dict()
    for name, array in held.items():
        if name.startswith(WHOLE) and name.removeprefix(WHOLE) in state:
            state[name.removeprefix(WHOLE)] = torch.tensor(array)
    for name in [name for name in held if name.startswith(WHOLE) and name.endswith(QUANTIZED)]:
        plain = name.removeprefix(WHOLE).removesuffix(QUANTIZED)
        restored = _restored(held, name.removesuffix(QUANTIZED))
        state[plain] = restored if restored.shape == state[plain].shape else restored.T.contiguous()
    # The exporter gives the layers' matrices numbers instead of names, in the order in which they are used.
    numbered = [name.removesuffix(QUANTIZED) for name in held if name.startswith("onnx::") and name.endswith(QUANTIZED)]
    numbered.sort(key=lambda name: int(name.rsplit("_", 1)[1]))
    places = [f"layers.{layer}.{part}.weight" for layer in range(len(judge.layers)) for part in PARTS]
    for place, name in zip(places, numbered, strict=True):
        state[place] = _restored(held, name).T.contiguous()
    judge.load_state_dict(state)


def _restored(held: dict[str, NDArray[np.float32]], name: str) -> Tensor:
    scale, zero, eight_bit = (held[f"{name}_{part}"] for part in ("scale", "zero_point", "quantized"))
    return torch.tensor((eight_bit.astype(np.float32) - zero.astype(np.float32)) * scale.astype(np.float32))
