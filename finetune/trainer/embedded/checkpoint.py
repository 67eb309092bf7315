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
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from finetune.trainer.embedded.bundle import Bundle
from finetune.trainer.engine import Checkpoint
from finetune.trainer.stores.files import (
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


@dataclass(frozen=True)
class Kept:
    """A checkpoint to go on from."""

    path: Path
    weights: Mapping[str, Any]
    optimiser: Any
    position: Position


def newest(folder: Path, fresh_optimiser: Any) -> Kept | None:
    """The last checkpoint that this version can go on from; what it cannot read, it drops.

    `fresh_optimiser` gives the structure to fill.
    """
    clear_leftovers(folder)
    for path in reversed(_all(folder)):
        try:
            return _read(path, fresh_optimiser)
        except (FileNotFoundError, SafetensorError, KeyError, TypeError, ValueError):
            remove_directory(path)
    return None


def told(path: Path) -> Checkpoint | None:
    """What was to be told of a checkpoint: a kill may have come between keeping and telling it.

    None for one of an earlier version, which kept no figures.
    """
    try:
        return Checkpoint(path=path, **read_json(path / "figures.json"))
    except FileNotFoundError:
        return None


def _read(path: Path, fresh_optimiser: Any) -> Kept:
    arrays = load_file(path / "optimiser.safetensors")
    leaves = [arrays[name] for name in sorted(arrays)]
    shapes = [np.shape(leaf) for leaf in jax.tree.leaves(fresh_optimiser)]
    if [leaf.shape for leaf in leaves] != shapes:
        raise ValueError("an optimiser of another kind")
    optimiser = jax.tree.unflatten(jax.tree.structure(fresh_optimiser), leaves)
    position = Position(**read_json(path / "position.json"))
    return Kept(path, Bundle.read(path).weights, optimiser, position)


def _all(folder: Path) -> list[Path]:
    """All checkpoints, the oldest first."""
    found = [path for path in folder.glob("step-*") if re.fullmatch(r"step-\d+", path.name)]
    return sorted(found, key=lambda path: int(path.name.removeprefix("step-")))
