"""`finetune audit`: who decided what, and when."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.markup import escape
from rich.table import Table

from finetune.audit import Recorded
from finetune.commands.session import Session


async def audit(session: Session, limit: int, by: str, about: str) -> int:
    """The newest entries of the log."""
    entries = await session.workspace.audit.entries(limit=limit, by=by, about=about)
    if session.output.as_json:
        session.output.result({"entries": [_document(entry) for entry in entries]})
    elif entries:
        session.output.console.print(_table(entries))
    else:
        session.output.result(None, "Nothing like that has been decided yet.")
    return 0


def _document(entry: Recorded) -> dict[str, object]:
    kept = entry.model_dump(mode="json", exclude={"also", "authors", "given"})
    return {"entry_id": kept.pop("entry_id"), **kept}


def _table(entries: Sequence[Recorded]) -> Table:
    found = Table(box=None, pad_edge=False)
    for heading in ("when (UTC)", "who", "what", "about"):  # to be copied, so never cut
        found.add_column(heading, no_wrap=True)
    found.add_column("more", overflow="fold")
    for entry in entries:
        at = datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M")
        more = ", ".join(f"{name} {value}" for name, value in entry.detail.items())
        found.add_row(at, *map(escape, (entry.by or "schedule", entry.action, entry.about, more)))
    return found
