"""Writes the rows that are left, and their two sides; all files appear together or none does."""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import compress
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from finetune.errors import InputError
from finetune.files import written_together
from finetune.prepare.analysis import DUPLICATE, SECRETS, Analysis
from finetune.prepare.draft import Draft
from finetune.prepare.fingerprints import side_keys
from finetune.prepare.form import Form
from finetune.prepare.sides import Sides
from finetune.prepare.spill import Spill

REPEATS = DUPLICATE - 1  # flags of rows that are left out for themselves, not for others


class Outputs(NamedTuple):
    """Where the files go."""

    all: Path
    train: Path
    validation: Path


class Split(NamedTuple):
    """The share of prompts held back, from 0 to 1, and the seed of the choice."""

    fraction: float
    seed: int


class Part(NamedTuple):
    """Lines written at once: bytes, and how many."""

    size: int
    rows: int


class Made(NamedTuple):
    """What was written: rows in all, rows held back, files by role."""

    rows: int
    validation: int
    paths: dict[str, Path]


class EmptySide(InputError):
    """Raised when a split would leave one side without any row; nothing has been written."""


def outputs_of(output: Path) -> Outputs:
    """`faq.jsonl` → itself, `faq-train.jsonl`, `faq-validation.jsonl`."""
    suffix = output.suffix or ".jsonl"
    return Outputs(
        output,
        output.with_name(f"{output.stem}-train{suffix}"),
        output.with_name(f"{output.stem}-validation{suffix}"),
    )


def write(draft: Draft, seen: Analysis, form: Form, outputs: Outputs, split: Split | None) -> Made:
    """Write all rows that are kept; with a split also its sides, from the same lines.

    Raises EmptySide.
    """
    paths = list(outputs) if split else [outputs.all]
    with ExitStack() as held:
        files = held.enter_context(written_together(paths))
        if split is None:
            parts = _write_all(draft, seen, form, files[0])
            return Made(_rows(parts), 0, {"all": outputs.all})
        keys = Spill(np.uint64)
        held.callback(keys.close)
        sides = Sides(split.fraction, split.seed)

        def note(prompts: NDArray[np.uint64], completions: list[str], kept: list[bool]) -> None:
            keys.add(prompts[kept])
            sides.add(prompts, completions)

        parts = _write_all(draft, seen, form, files[0], note)
        validation = _divide(files, parts, keys, sides)
        if validation in {0, _rows(parts)}:
            side = "hold back" if validation == 0 else "train on"
            raise EmptySide(
                f"a split at {split.fraction:.0%} leaves no row to {side}: too few prompts; "
                "take another share, or prepare without a split"
            )
    return Made(_rows(parts), validation, outputs._asdict())


def _rows(parts: list[Part]) -> int:
    return sum(part.rows for part in parts)


Note = Callable[[NDArray[np.uint64], list[str], list[bool]], None]


def _write_all(
    draft: Draft, seen: Analysis, form: Form, file: IO[bytes], note: Note | None = None
) -> list[Part]:
    """`note` is told of all rows, also of those that repeat others: what decides a side stays.

    Prompts decide as they were read, but redacted: what all of them begin with may change when rows are
    added. So rows that lost a beginning here are split in another way when they are prepared again.
    """
    parts: list[Part] = []
    dropped = seen.taken.dropped
    for start, rows in draft.batches():
        flags = seen.flags[start : start + len(rows)]
        looked_at = np.flatnonzero(flags & dropped & (REPEATS if note else 0xFFFF) == 0)
        if not len(looked_at):
            continue
        some = rows if len(looked_at) == len(rows) else rows.some(looked_at.tolist())
        flags = flags[looked_at]
        secret, kept = (flags & SECRETS != 0).tolist(), (flags & dropped == 0).tolist()
        worded = form.wording.reworded(some, secret)
        if note is not None:  # before a beginning is taken off, that one odd row may bring back
            note(side_keys(worded[0], some.others), worded[1], kept)
        texts = form.ended(*worded)
        if not all(kept):
            some = some.some([at for at, one in enumerate(kept) if one])
            texts = list(compress(texts[0], kept)), list(compress(texts[1], kept))
            secret = list(compress(secret, kept))
        parts.append(Part(file.write(form.lines(some, texts, secret)), len(some)))
    return parts


def _divide(files: list[IO[bytes]], parts: list[Part], keys: Spill, sides: Sides) -> int:
    """Copy each line of the first file to one of the other two; how many went to the last."""
    everything, train, validation = files
    everything.flush()
    held = start = 0
    with Path(everything.name).open("rb") as file:
        for part in parts:
            lines = file.read(part.size).splitlines(keepends=True)
            some = keys.between(start, start + part.rows).astype(np.uint64, copy=False)
            chosen = sides.validation(some)
            train.write(b"".join(compress(lines, (~chosen).tolist())))
            validation.write(b"".join(compress(lines, chosen.tolist())))
            held += int(chosen.sum())
            start += part.rows
    return held
