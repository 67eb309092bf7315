"""Checkpoints of a training: model folders that also hold the optimiser and the random state.

transformers writes them file by file, so one counts only when `complete.json` is in it, written
last; what a kill left half written is removed. The newest three stay.
"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path

from finetune.trainer.stores.files import read_json, remove_directory, write_json

KEPT = 3
_COMPLETE = "complete.json"


@dataclass(frozen=True)
class Completed:
    """What is known of a checkpoint. `done`: nothing is left to train; `best` names the one to keep.

    `epochs` counts the passes over the rows so far, with fractions.
    """

    step: int
    epochs: float
    done: bool
    best: str | None = None


@dataclass(frozen=True)
class Kept:
    """A checkpoint that was written whole."""

    path: Path
    completed: Completed


def complete(path: Path, completed: Completed) -> None:
    """Say that the checkpoint is whole."""
    write_json(path / _COMPLETE, asdict(completed))


def newest(folder: Path) -> Kept | None:
    """The last whole checkpoint; removes those that are not."""
    found: Kept | None = None
    for path in _all(folder):
        if (path / _COMPLETE).exists():
            found = Kept(path, Completed(**read_json(path / _COMPLETE)))
        else:
            remove_directory(path)
    return found


def _all(folder: Path) -> list[Path]:
    numbered = [
        (int(match[1]), path)
        for path in folder.glob("checkpoint-*")
        if (match := re.fullmatch(r"checkpoint-(\d+)", path.name))
    ]
    return [path for _, path in sorted(numbered)]
