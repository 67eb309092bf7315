"""Uploads a training file once: looked for first, whole or in parts, resumed after a kill.

Parts that were sent are noted in one small file under DATA_DIR, named by the content, and gone
once the provider has the file.
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from finetune.dataset.example import Frozen, digest
from finetune.errors import InputError, ProviderError, ProviderUnavailable
from finetune.jobs.content import Content
from finetune.jobs.job import StoredFile
from finetune.jobs.provider import Advance, Uploading
from finetune.jobs.trouble import Backoff, nap

T = TypeVar("T")
PART = 16_000_000  # bytes; the API takes 64 MB, but what is cut off is sent again
AT_ONCE = 4
TRIES = 6
LIFETIME = 3000.0  # seconds; an upload expires after an hour
PROCESSING = frozenset({"pending", "running", "uploading"})
BROKEN = frozenset({"error", "failed"})


class Parts(Frozen):
    """An upload under way: which parts the provider has, by their place."""

    upload_id: str
    part_size: int
    began: float
    sent: dict[int, str] = Field(default_factory=dict)


@dataclass
class Uploader:
    """Files of one account. `notes`: a folder; `account`: what tells it from other accounts."""

    provider: Uploading
    notes: Path
    account: str
    whole_up_to: int
    sleep: Callable[[float], Awaitable[bool]] = nap
    clock: Callable[[], float] = time.time
    backoff: Backoff = field(default_factory=Backoff)

    async def find(self, content: Content) -> str | None:
        """Id of the file, if it was uploaded before."""
        found = await self.provider.find_file(content.name, content.size)
        return found.id if found else None

    async def upload(self, content: Content, advance: Advance) -> StoredFile:
        """The file at the provider, whoever sent it. Raises ProviderError when it refuses."""
        found = await self.provider.find_file(content.name, content.size)
        if found is not None:
            advance(content.size)
        if found is None and content.size > self.whole_up_to:
            found = await self._in_parts(content, advance)
        if found is None:
            found = await self._whole(content, advance)
        self._note(content).unlink(missing_ok=True)
        return await self._processed(found)

    async def _whole(self, content: Content, advance: Advance) -> StoredFile:
        """A lost answer is looked for before the file is sent again."""
        for failures in range(1, TRIES):
            try:
                return await self.provider.send_whole(content.name, content.path, advance)
            except ProviderUnavailable as error:
                await self.sleep(self.backoff.wait(failures, error))
            found = await self.provider.find_file(content.name, content.size)
            if found is not None:
                return found
        return await self.provider.send_whole(content.name, content.path, advance)

    async def _in_parts(self, content: Content, advance: Advance) -> StoredFile | None:
        """None where the provider knows no uploads in parts."""
        kept = self._kept(content)
        if kept is not None:
            try:
                return await self._send(content, kept, advance)
            except ProviderUnavailable:
                raise
            except ProviderError:  # it expired, or was cancelled: begin anew
                self._note(content).unlink(missing_ok=True)
        opened = await self.provider.open_upload(content.name, content.size)
        if opened is None:
            return None
        size = min(PART, self.whole_up_to)
        parts = Parts(upload_id=opened, part_size=size, began=self.clock())
        self._keep(content, parts)
        return await self._send(content, parts, advance)

    async def _send(self, content: Content, parts: Parts, advance: Advance) -> StoredFile:
        """What is missing, a few parts at once; then all of them become the file."""
        count = -(-content.size // parts.part_size)
        sent = dict(parts.sent)
        advance(min(len(sent) * parts.part_size, content.size))
        places = asyncio.Semaphore(AT_ONCE)

        async def send(place: int) -> None:
            start = place * parts.part_size
            size = min(parts.part_size, content.size - start)
            async with places:
                sent[place] = await self._tried(
                    lambda: self.provider.send_part(
                        parts.upload_id, content.path, start, size, advance
                    )
                )
                self._keep(content, parts.model_copy(update={"sent": dict(sent)}))

        try:
            async with asyncio.TaskGroup() as group:
                for place in range(count):
                    if place not in sent:
                        group.create_task(send(place))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return await self._complete(content, parts.upload_id, [sent[n] for n in range(count)])

    async def _complete(self, content: Content, upload_id: str, parts: list[str]) -> StoredFile:
        try:
            return await self.provider.complete_upload(upload_id, parts, content.md5)
        except ProviderError:
            # The answer was lost, or the one before: then the file is there.
            found = await self.provider.find_file(content.name, content.size)
            if found is None:
                raise
            return found

    async def _tried(self, send: Callable[[], Awaitable[T]]) -> T:
        for failures in range(1, TRIES):
            try:
                return await send()
            except ProviderUnavailable as error:
                await self.sleep(self.backoff.wait(failures, error))
        return await send()

    async def _processed(self, file: StoredFile) -> StoredFile:
        """Some providers (Azure) take a job only when they have read its files."""
        while file.status in PROCESSING:
            await self.sleep(self.backoff.longest / 10)
            file = await self.provider.file(file.id)
        if file.status in BROKEN:
            raise ProviderError(f"the provider cannot use {file.name} ({file.id}): {file.status}")
        return file

    def _note(self, content: Content) -> Path:
        return self.notes / f"{digest([content.sha256, self.account])}.json"

    def _kept(self, content: Content) -> Parts | None:
        try:
            parts = Parts.model_validate_json(self._note(content).read_bytes())
        except (OSError, ValidationError):
            return None
        return parts if self.clock() - parts.began < LIFETIME else None

    def _keep(self, content: Content, parts: Parts) -> None:
        note = self._note(content)
        try:
            note.parent.mkdir(parents=True, exist_ok=True)
            draft = note.with_suffix(f".{os.getpid()}")
            draft.write_text(parts.model_dump_json(), "utf-8")
            draft.replace(note)
        except OSError as error:
            raise InputError(f"cannot write {note}: {error.strerror or error}") from None
