"""Writes the rows that are left, and their two sides; all files appear together or none does."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from finetune.files import written_together
from finetune.prepare.affixes import Ends
from finetune.prepare.analysis import DUPLICATE, SECRETS, Analysis
from finetune.prepare.draft import Draft
from finetune.prepare.fingerprints import prompt_keys
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


class Made(NamedTuple):
    """What was written: rows in all, rows held back, files by role."""

    rows: int
    validation: int
    paths: dict[str, Path]


def outputs_of(output: Path) -> Outputs:
    """`faq.jsonl` → itself, `faq-train.jsonl`, `faq-validation.jsonl`."""
    suffix = output.suffix or ".jsonl"
    return Outputs(
        output,
        output.with_name(f"{output.stem}-train{suffix}"),
        output.with_name(f"{output.stem}-validation{suffix}"),
    )


def write(draft: Draft, seen: Analysis, form: Form, outputs: Outputs, split: Split | None) -> Made:
    """Write all rows that are kept; with a split also its sides, from the same lines."""
    paths = list(outputs) if split else [outputs.all]
    with ExitStack() as held:
        files = held.enter_context(written_together(paths))
        if split is None:
            return Made(_write_all(draft, seen, form, files[0]), 0, {"all": outputs.all})
        keys = Spill(np.uint64)
        held.callback(keys.close)
        sides = Sides(split.fraction, split.seed)

        def note(prompts: NDArray[np.uint64], completions: list[str], kept: list[bool]) -> None:
            keys.add(prompts[kept])
            sides.add(prompts, completions)

        rows = _write_all(draft, seen, form, files[0], note)
        validation = _divide(files, keys, sides)
    return Made(rows, validation, outputs._asdict())


Note = Callable[[NDArray[np.uint64], list[str], list[bool]], None]


def _write_all(
    draft: Draft, seen: Analysis, form: Form, file: IO[bytes], note: Note | None = None
) -> int:
    """`note` is told of all rows, also of those that repeat others: what decides a side stays."""
    rows = 0
    dropped = seen.taken.dropped
    for start, records in draft.batches():
        flags = seen.flags[start : start + len(records)]
        looked_at = np.flatnonzero(flags & dropped & (REPEATS if note else 0xFF) == 0)
        some = [records[i] for i in looked_at.tolist()]
        if not some:
            continue
        flags = flags[looked_at]
        secret = (flags & SECRETS != 0).tolist()
        kept = (flags & dropped == 0).tolist()
        prompts, completions = form.texts(some, secret)
        file.write(
            b"".join(
                [
                    form.line(record, prompts[at], completions[at], secret=secret[at])
                    for at, record in enumerate(some)
                    if kept[at]
                ]
            )
        )
        rows += sum(kept)
        if note is not None:
            keys = seen.keys.between(start, start + len(records)).astype(np.uint64, copy=False)
            keys = keys[looked_at]
            if form.prompt_ends != Ends():
                keys = prompt_keys([form.bare(prompt) for prompt in prompts], some)
            note(keys, completions, kept)
    return rows


def _divide(files: list[IO[bytes]], keys: Spill, sides: Sides) -> int:
    """Copy each line of the first file to one of the other two; how many went to the last."""
    everything, train, validation = files
    everything.flush()
    held = 0
    with Path(everything.name).open("rb") as lines:
        for side, line in zip(_sides(keys, sides), lines, strict=True):
            (validation if side else train).write(line)
            held += side
    return held


def _sides(keys: Spill, sides: Sides) -> Iterator[bool]:
    for _, part in keys.chunks():
        yield from sides.validation(part.astype(np.uint64)).tolist()
