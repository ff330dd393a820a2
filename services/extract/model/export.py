"""The trained network as an int8 ONNX file that needs no PyTorch to run."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from services.extract.model.encoder import Judge

INPUTS = ["ids", "kinds", "present"]
OUTPUT = "stances"


class _StanceOnly(nn.Module):
    """The judge without its head for signals, which only training needs."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, ids: Tensor, kinds: Tensor, present: Tensor) -> Tensor:
        stances: Tensor = self.judge(ids, kinds, present)[0]
        return stances


def export_judge(judge: Judge, path: Path) -> None:
    """Write `judge` to `path` with its weights, word vectors included, in eight bits each."""
    sample = torch.tensor([[2, 5, 6, 3, 7, 8, 3]])
    axes = {name: {0: "pairs", 1: "tokens"} for name in INPUTS} | {OUTPUT: {0: "pairs"}}
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "judge.onnx"
        torch.onnx.export(
            _StanceOnly(judge).eval(),
            (sample, torch.zeros_like(sample), torch.ones_like(sample)),
            str(whole),
            input_names=INPUTS,
            output_names=[OUTPUT],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        # A range of seven bits keeps processors without VNNI from overflowing, so that all give the same answers.
        quantize_dynamic(whole, path, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
