"""Checkpoints of a training: a model that can be asked, plus what is needed to go on from it.

One directory per epoch, `step-000120`, of which the newest three stay. Written and read by
`training`; the server offers them as models.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np
from safetensors.numpy import load_file, save

from finetune.trainer.embedded.bundle import Bundle
from finetune.trainer.engine import Checkpoint
from finetune.trainer.files import (
    clear_leftovers,
    new_directory,
    read_json,
    remove_directory,
    write_bytes,
    write_json,
)

_KEPT = 3


@dataclass(frozen=True)
class Position:
    """Where the training stood: steps and passes done, tokens read."""

    step: int = 0
    passes: int = 0
    tokens: int = 0


def keep(
    folder: Path, bundle: Bundle, optimiser: Any, position: Position, figures: Mapping[str, Any]
) -> Path:
    """Write a checkpoint and drop the oldest ones; its path. `figures` are what `told` gives."""
    path = folder / f"step-{position.step:06d}"
    leaves = [np.asarray(leaf) for leaf in jax.tree.leaves(optimiser)]
    with new_directory(path) as filling:
        bundle.write(filling)
        arrays = {f"{index:03d}": leaf for index, leaf in enumerate(leaves)}
        write_bytes(filling / "optimiser.safetensors", save(arrays))
        write_json(filling / "position.json", vars(position))
        write_json(filling / "figures.json", figures)
    for old in _all(folder)[:-_KEPT]:
        remove_directory(old)
    return path


def newest(folder: Path) -> Path | None:
    """The last checkpoint that was written whole."""
    clear_leftovers(folder)
    found = _all(folder)
    return found[-1] if found else None


def told(path: Path) -> Checkpoint:
    """What was to be told of a checkpoint: a kill may have come between keeping and telling it."""
    return Checkpoint(path=path, **read_json(path / "figures.json"))


def resume(path: Path, fresh_optimiser: Any) -> tuple[Bundle, Any, Position]:
    """The state kept at `path`; `fresh_optimiser` gives the structure to fill."""
    kept = load_file(path / "optimiser.safetensors")
    leaves = [kept[name] for name in sorted(kept)]
    optimiser = jax.tree.unflatten(jax.tree.structure(fresh_optimiser), leaves)
    return Bundle.read(path), optimiser, Position(**read_json(path / "position.json"))


def _all(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("step-*") if re.fullmatch(r"step-\d+", path.name))
