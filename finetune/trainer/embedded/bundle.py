"""A model of the embedded engine as a directory: weights, tokenizer, settings and its rows.

`model.safetensors`, `tokenizer.json`, `config.json` (shape, padded lengths, threshold) and
`rows.json` (what it was taught, for rehearsal). Written by `training`, read by serving and by the
next fine-tuning.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save

from finetune.trainer.embedded.rows import Row
from finetune.trainer.embedded.shape import Shape
from finetune.trainer.embedded.vocabulary import Vocabulary
from finetune.trainer.files import read_json, write_bytes, write_json

WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class Bundle:
    """Everything a model is. `threshold`: under this confidence it says that it does not know."""

    shape: Shape
    vocabulary: Vocabulary
    weights: Mapping[str, Any]
    rows: tuple[Row, ...]
    lengths: tuple[int, ...]
    threshold: float

    def write(self, folder: Path) -> None:
        """Fill `folder` (the caller makes it appear in one step)."""
        arrays = {name: np.asarray(value, np.float32) for name, value in self.weights.items()}
        write_bytes(folder / WEIGHTS, save(arrays))
        write_bytes(folder / "tokenizer.json", self.vocabulary.write().encode())
        write_json(folder / "rows.json", [asdict(row) for row in self.rows])
        settings = {"shape": asdict(self.shape), "lengths": self.lengths}
        write_json(
            folder / "config.json", {"engine": "embedded", "threshold": self.threshold} | settings
        )

    @classmethod
    def read(cls, folder: Path) -> "Bundle":
        """The model kept in `folder`."""
        config = read_json(folder / "config.json")
        return cls(
            shape=Shape(**config["shape"]),
            vocabulary=Vocabulary.read((folder / "tokenizer.json").read_text()),
            weights=load_file(folder / WEIGHTS),
            rows=tuple(Row(**row) for row in read_json(folder / "rows.json")),
            lengths=tuple(config["lengths"]),
            threshold=config["threshold"],
        )
