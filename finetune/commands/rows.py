"""Examples in and out of the dataset: chat rows and tables in, all formats of `exchange` out."""

import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from finetune.audit import Action, Entry
from finetune.commands.session import Session
from finetune.dataset.example import Message, Source, Status
from finetune.dataset.format import read_rows
from finetune.dataset.making import imported
from finetune.dataset.search import Query
from finetune.errors import InputError
from finetune.exchange.bringing import Brought, bring_in
from finetune.exchange.exporting import exported
from finetune.exchange.formats import Format, refuse_unwritable
from finetune.exchange.selection import Selection, selected

if TYPE_CHECKING:  # brings numpy, which `--help` can do without
    from finetune.prepare.preparing import Choices

TABLES = {".csv", ".tsv", ".tab", ".xlsx", ".xls", ".ods"}


class Chosen(NamedTuple):
    """What is to be exported, as options say it."""

    kind: str = "chat"
    status: str = "approved"
    text: str = ""
    source: str | None = None

    @property
    def query(self) -> Query:
        """As the search understands it; oldest first, as snapshots are."""
        return Query(
            text=self.text,
            status=None if self.status == "any" else Status(self.status),
            source=None if self.source is None else Source(self.source),
            order="oldest",
        )


class _Kept:
    """Of a command nothing is kept: run again it finds what is there."""

    def load(self) -> Brought | None:
        return None

    def save(self, brought: Brought) -> None:
        """Nothing."""


async def bring_in_file(session: Session, path: Path, choices: "Choices") -> int:
    """Import a file; all of it is read before any of it is stored. Tables are prepared first."""
    rows = _prepared(session, path, choices) if path.suffix.lower() in TABLES else _chat(path)
    if not rows:
        raise InputError(f"{path.name} has no rows")
    dataset = session.workspace.dataset
    imported(rows, session.user, time.time())  # or InputError, before anything is stored

    def left(start: int) -> Iterable[tuple[Message, ...]]:
        return islice(rows, start, None)

    brought = await bring_in(dataset, left, len(rows), by=session.user, kept=_Kept())
    approved = (await dataset.counts())[Status.APPROVED]
    counts = {"new": brought.new, "known": brought.known, "not_taught": brought.held}
    session.output.result(
        {"imported": len(rows), "approved": approved, **counts},
        f"Imported {len(rows)} examples; {approved} are approved now.",
        f"{brought.new} were new, {brought.known} known before, {brought.held} are not taught.",
    )
    return 0


def _chat(path: Path) -> Sequence[tuple[Message, ...]]:
    return list(read_rows(path))


def _prepared(session: Session, path: Path, choices: "Choices") -> Sequence[tuple[Message, ...]]:
    """What `finetune prepare` makes of a table."""
    from finetune.prepare import preparing
    from finetune.prepare.inputs import open_inputs
    from finetune.prepare.writing import outputs_of

    with tempfile.TemporaryDirectory(prefix="apprentice-import-") as folder:
        outputs = outputs_of(Path(folder) / "rows.jsonl")
        options = preparing.Options(outputs, session.settings.base_model)
        prepared = preparing.prepare(open_inputs([path]), options, choices)
        for finding in prepared.findings:
            done = f": {finding.remedy}" if finding.applied else ""
            said = f"{finding.code} ({finding.count:,}): {finding.detail or finding.title}{done}"
            session.output.remark(said)
        return list(read_rows(outputs.all))


async def take_out(session: Session, path: Path | None, chosen: Chosen) -> int:
    """Export what is asked for; with `--json` where each row comes from as well."""
    workspace, kind = session.workspace, Format(chosen.kind)
    selection = selected(workspace.dataset, workspace.search, chosen.query)
    if session.output.as_json:
        examples = [row async for rows in selection.batches() for row in rows]
        session.output.result({"examples": [e.model_dump(mode="json") for e in examples]})
        return 0
    refuse_unwritable(kind)
    if path is None:
        await _written(selection, kind, sys.stdout.buffer)
    else:
        try:
            with path.open("wb") as file:
                await _written(selection, kind, file)
        except OSError as error:
            raise InputError(f"cannot write {path}: {error.strerror}") from None
    rows = (await workspace.search.find(chosen.query, 0, 1)).total
    await workspace.audit.record(
        Entry(
            at=time.time(),
            by=session.user,
            action=Action.EXPORTED,
            detail={"format": kind.value, "rows": rows},
        )
    )
    if path is not None:
        session.output.remark(f"Exported {rows} examples to {path}.")
    return 0


async def _written(selection: Selection, kind: Format, file: IO[bytes]) -> None:
    async for piece in exported(selection, kind):
        file.write(piece)
