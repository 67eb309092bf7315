"""From a project to rows: each ticket is asked about once, and kept the moment it is done."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from finetune.errors import InputError
from finetune.files import written_together
from finetune.sources.gitlab.examples import Shape, taken
from finetune.sources.gitlab.kept import KeptTickets
from finetune.sources.gitlab.project import Choice, Project
from finetune.sources.gitlab.values import Taken


class Gathered(NamedTuple):
    """What an import made: tickets looked at, rows by role, reasons for those left out."""

    tickets: int
    rows: dict[str, int]
    skipped: dict[str, int]
    redacted: int


def gather(
    project: Project,
    kept: KeptTickets,
    choice: Choice,
    shape: Shape,
    advance: Callable[[float], None] = lambda _: None,
) -> Iterator[Taken]:
    """What becomes of each ticket, in GitLab's order. Raises FinetuneError; what is done is kept."""
    for ticket in project.tickets(choice):
        known = kept.get(ticket.iid, ticket.updated_at)
        if known is None:
            merges = project.merges(ticket, choice, with_code=shape.with_code)
            known = taken(ticket, merges, shape)
            kept.put(known)
        advance(1)
        yield known


def write(
    tickets: Iterator[Taken], paths: dict[str, Path], *, validation: float, metadata_apart: bool
) -> Gathered:
    """Write rows to `paths` by role (train, validation, metadata); all appear together, or none.

    A ticket's side of the split depends on its own text only.
    """
    rows: Counter[str] = Counter(dict.fromkeys(paths, 0))
    skipped: Counter[str] = Counter()
    seen = redacted = 0
    with written_together(list(paths.values())) as opened:
        files = dict(zip(paths, opened, strict=True))
        for one in tickets:
            seen += 1
            redacted += one.redacted
            if one.row is None:
                skipped[one.skipped or "unknown"] += 1
                continue
            role = "validation" if _share(one.row) < validation else "train"
            rows[role] += 1
            _write(one.row, files, role, rows, metadata_apart=metadata_apart)
        if not rows["train"]:
            why = ", ".join(f"{count}: {reason}" for reason, count in skipped.most_common())
            raise InputError(
                f"no training row came of {seen} closed tickets ({why or 'none match'})"
            )
    return Gathered(seen, dict(rows), dict(skipped), redacted)


def _write(
    row: dict[str, Any],
    files: dict[str, IO[bytes]],
    role: str,
    rows: Counter[str],
    *,
    metadata_apart: bool,
) -> None:
    if metadata_apart:
        beside = row["metadata"] | {"file": role, "line": rows[role]}
        files["metadata"].write(_line(beside))
        rows["metadata"] += 1
        row = {"messages": row["messages"]}
    files[role].write(_line(row))


def _share(row: dict[str, Any]) -> float:
    """A number from 0 to 1 that equal questions share."""
    question: Sequence[dict[str, str]] = row["messages"][:-1]
    text = json.dumps(question, ensure_ascii=False).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") / 2**64


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"
