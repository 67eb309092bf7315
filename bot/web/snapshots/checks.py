"""The check of a snapshot, done once in a thread and remembered: a snapshot never changes.

A page does not wait for it: whoever comes while it is done is told so, and looks again.
"""

import asyncio
from pathlib import Path

import structlog

from finetune import CheckedFile, checked_file

log = structlog.get_logger(__name__)
PATIENCE = 1.0  # seconds that a page waits; most snapshots are checked sooner
REMEMBERED = 64


class Checks:
    """Of one process; one file at a time, so that answers in Slack do not wait for it."""

    def __init__(self) -> None:
        self._begun: dict[tuple[Path, str], asyncio.Task[CheckedFile | None]] = {}
        self._alone = asyncio.Lock()

    async def of(self, file: Path, model: str) -> tuple[bool, CheckedFile | None]:
        """(whether it is done, what it says); None: there is nothing to check."""
        task = self._begun.get((file, model))
        if task is None:
            self._forget_one()
            task = self._begun[file, model] = asyncio.create_task(self._checked(file, model))
        await asyncio.wait({task}, timeout=PATIENCE)
        return (task.done(), task.result()) if task.done() else (False, None)

    async def _checked(self, file: Path, model: str) -> CheckedFile | None:
        async with self._alone:
            try:
                return await asyncio.to_thread(checked_file, file, model)
            except OSError as error:
                log.warning("snapshot_unchecked", error=str(error))
                return None

    def _forget_one(self) -> None:
        done = [key for key, task in self._begun.items() if task.done()]
        if len(self._begun) >= REMEMBERED and done:
            del self._begun[done[0]]
