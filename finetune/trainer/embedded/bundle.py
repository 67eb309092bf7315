"""A model of the embedded engine as a directory: weights, tokenizer, settings and its rows.

What Hugging Face's libraries read as a Llama (`llama.py`), `apprentice.json` (padded lengths,
threshold) and `rows.json` (what it was taught, for rehearsal). Written by `training`, read by
serving and by the next fine-tuning. Folders of before that layout are read as well.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors.numpy import load_file, save

from finetune.trainer.embedded import llama
from finetune.trainer.embedded.rows import Row
from finetune.trainer.embedded.shape import Shape
from finetune.trainer.embedded.vocabulary import Vocabulary
from finetune.trainer.stores.files import read_json, write_bytes, write_json

WEIGHTS = "model.safetensors"
SETTINGS = "apprentice.json"


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
        shape = self.shape
        kept = save(llama.to_llama(self.weights), metadata={"format": "pt"})
        write_bytes(folder / WEIGHTS, kept)
        write_bytes(folder / "tokenizer.json", self.vocabulary.write().encode())
        write_json(folder / "config.json", llama.config(shape))
        write_json(folder / "tokenizer_config.json", llama.tokenizer_config(shape))
        write_json(folder / "generation_config.json", llama.generation_config(shape))
        write_json(folder / "rows.json", [asdict(row) for row in self.rows])
        settings = {"engine": "embedded", "threshold": self.threshold, "lengths": self.lengths}
        write_json(folder / SETTINGS, settings)

    @classmethod
    def read(cls, folder: Path) -> "Bundle":
        """The model kept in `folder`."""
        config, weights = read_json(folder / "config.json"), load_file(folder / WEIGHTS)
        if "shape" in config:  # the layout of before: our names, everything in one file
            shape, settings = Shape(**config["shape"]), config
        else:
            shape, settings = llama.shape_of(config), read_json(folder / SETTINGS)
            weights = llama.from_llama(weights, shape)
        return cls(
            shape=shape,
            vocabulary=Vocabulary.read((folder / "tokenizer.json").read_text()),
            weights=weights,
            rows=tuple(Row(**row) for row in read_json(folder / "rows.json")),
            lengths=tuple(settings["lengths"]),
            threshold=settings["threshold"],
        )
