"""Chat rows in and out of the dataset, as JSON Lines."""

import sys
from pathlib import Path

from finetune.commands.session import Session
from finetune.dataset.example import Status
from finetune.dataset.format import jsonl, read_rows
from finetune.errors import InputError


async def bring_in(session: Session, path: Path) -> int:
    """Import a file; all of it is read before any of it is stored."""
    rows = list(read_rows(path))
    if not rows:
        raise InputError(f"{path.name} has no rows")
    count = await session.workspace.dataset.import_rows(rows, by=session.user)
    approved = (await session.workspace.dataset.counts())[Status.APPROVED]
    session.output.result(
        {"imported": count, "approved": approved},
        f"Imported {count} examples; {approved} are approved now.",
    )
    return 0


async def take_out(session: Session, path: Path | None) -> int:
    """Export what is taught now; with `--json` where each row comes from as well."""
    examples = await session.workspace.dataset.approved()
    if session.output.as_json:
        session.output.result({"examples": [e.model_dump(mode="json") for e in examples]})
        return 0
    data = jsonl(examples)
    if path is None:
        sys.stdout.buffer.write(data)
        return 0
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from None
    session.output.remark(f"Exported {len(examples)} examples to {path}.")
    return 0
