"""What this process does about uploads: looks at one in a child, brings in the rows of another.

Nothing is lost with the process: what is wanted lies beside the file. It is gone on with when a process
begins, and when somebody looks at its page. A lock on the folder keeps two processes apart.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.domain.ports import Curators, Visitor
from finetune import FinetuneError, Upload, Uploads, bring_in, look_at
from finetune.bootstrap import Workspace

log = structlog.get_logger(__name__)
AT_ONCE = 2  # children


@dataclass(frozen=True)
class Imports:
    """One for each process."""

    workspace: Callable[[str], Workspace]
    curators: Curators
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _read: dict[str, int] = field(default_factory=dict)
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def go_on(self, upload: Upload) -> None:
        """Begin what is to be done with it next, unless that is under way."""
        if upload.word in self._tasks:
            return
        work = self._next(upload)
        if work is not None:
            self._tasks[upload.word] = asyncio.create_task(self._alone(upload, work))

    async def resume(self, uploads: Uploads) -> None:
        """Go on with whatever was interrupted."""
        for upload in await asyncio.to_thread(uploads.under_way):
            self.go_on(upload)

    def share_read(self, upload: Upload) -> float:
        """How much of the file this process has read, 0 to 1."""
        return min(1.0, self._read.get(upload.word, 0) / max(1, upload.about.size))

    def _next(self, upload: Upload) -> Callable[[Upload], Coroutine[Any, Any, None]] | None:
        brought = upload.load()
        if upload.wanted:
            return None if brought is not None and brought.finished else self._bring
        return self._look if upload.order is not None and upload.look is None else None

    async def _alone(
        self, upload: Upload, work: Callable[[Upload], Coroutine[Any, Any, None]]
    ) -> None:
        try:
            with upload.locked() as ours:
                if ours:
                    await work(upload)
        except FinetuneError as error:
            log.warning("import_interrupted", error=str(error))
        except Exception:
            log.exception("import_failed")
        finally:
            self._tasks.pop(upload.word, None)
            self._read.pop(upload.word, None)

    async def _look(self, upload: Upload) -> None:
        def advance(read: int) -> None:
            self._read[upload.word] = read

        async with self._turn:
            if upload.order is not None and upload.look is None:
                await look_at(upload, upload.order, advance)

    async def _bring(self, upload: Upload) -> None:
        """Whoever sent the file must still be a curator, also after a restart."""
        team, user, look = upload.about.team, upload.about.user, upload.look
        if look is None or not await self.curators.may_curate(Visitor(team, user)):
            return
        dataset = self.workspace(team).dataset
        await bring_in(dataset, upload.read, look.ready, by=user, kept=upload)
