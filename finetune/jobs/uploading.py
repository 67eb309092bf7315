"""Uploads a training file once: looked for first, whole or in parts, resumed after a kill.

Parts that were sent are noted in one small file under DATA_DIR, named by the content, and gone
once the provider has the file.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError

from finetune.dataset.example import Frozen, digest
from finetune.errors import InputError, NotFound, ProviderError, ProviderUnavailable
from finetune.jobs.content import Content
from finetune.jobs.job import StoredFile
from finetune.jobs.ledger import keep
from finetune.jobs.provider import Advance, Unusable, Uploading
from finetune.jobs.trouble import Backoff, nap

T = TypeVar("T")
PART = 16_000_000  # bytes; the API takes 64 MB, but what is cut off is sent again
AT_ONCE = 4
TRIES = 6
LIFETIME = 3000.0  # seconds; an upload expires after an hour
PROCESSING = frozenset(
    {"pending", "queued", "notrunning", "running", "uploading", "processing", "validating"}
)
BROKEN = frozenset({"error", "failed", "invalid", "canceled", "cancelled", "deleting", "deleted"})
BETWEEN_LOOKS = 3.0  # seconds, at a file that the provider is still reading
LONGEST_READING = 1800.0
LATER = ProviderUnavailable("the answer could not be made out")


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

    async def find(self, content: Content) -> list[StoredFile]:
        """The files of this content that can be trained on, now or soon, whatever their names."""
        found = await self.provider.find_files(content.ending, content.size)
        return [file for file in found if file.status not in BROKEN]

    async def upload(self, content: Content, advance: Advance) -> StoredFile:
        """The file as the provider takes it. Raises ProviderError when it refuses."""
        refuse_changed(content)
        sent = None
        if content.size > self.whole_up_to:
            sent = await self._in_parts(content, advance)
        if sent is None:
            sent = await self._whole(content, advance)
        with suppress(OSError):
            self._note(content).unlink(missing_ok=True)
        return sent

    async def _whole(self, content: Content, advance: Advance) -> StoredFile:
        return await self._sent(
            content, lambda: self.provider.send_whole(content.name, content.path, advance)
        )

    async def _sent(
        self, content: Content, send: Callable[[], Awaitable[StoredFile]]
    ) -> StoredFile:
        """What makes a file is sent again only when no file is there: the answer may be lost."""
        failures = 0
        while True:
            try:
                return await send()
            except (ProviderError, NotFound) as error:
                failures += 1
                if found := await self.find(content):
                    return found[0]
                if not isinstance(error, ProviderUnavailable | Unusable) or failures == TRIES:
                    raise
                passing = error if isinstance(error, ProviderUnavailable) else LATER
                await self.sleep(self.backoff.wait(failures, passing))

    async def _in_parts(self, content: Content, advance: Advance) -> StoredFile | None:
        """None where the provider knows no uploads in parts."""
        kept = self._kept(content)
        if kept is not None:
            try:
                return await self._send(content, kept, advance)
            except ProviderUnavailable:
                raise
            except (ProviderError, NotFound):  # it expired, or was cancelled: begin anew
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
        refuse_changed(content)
        in_order = [sent[place] for place in range(count)]
        return await self._sent(
            content,
            lambda: self.provider.complete_upload(parts.upload_id, in_order, content.md5),
        )

    async def _tried(self, send: Callable[[], Awaitable[T]]) -> T:
        for failures in range(1, TRIES):
            try:
                return await send()
            except ProviderUnavailable as error:
                await self.sleep(self.backoff.wait(failures, error))
        return await send()

    async def usable(self, file: StoredFile, tell: Callable[[str], None]) -> StoredFile:
        """Once the provider has read it: some (Azure) take a job only then."""
        began, told = self.clock(), False
        while file.status in PROCESSING:
            waited = self.clock() - began
            if waited > LONGEST_READING:
                raise ProviderUnavailable(
                    f"the provider has {file.name} ({file.id}), but has been reading it for "
                    f"{waited / 60:.0f} minutes; run the same command later"
                )
            if waited > BETWEEN_LOOKS and not told:
                tell(f"{file.name} is uploaded ({file.id}); the provider is reading it.")
                told = True
            await self.sleep(BETWEEN_LOOKS)
            with suppress(ProviderUnavailable):
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
        keep(self._note(content), parts.model_dump_json())


def refuse_changed(content: Content) -> None:
    """Raises InputError when the file was changed after it was read: its name would be wrong."""
    try:
        now = content.path.stat()
    except OSError as error:
        raise InputError(f"cannot read {content.path}: {error.strerror or error}") from None
    if (now.st_size, now.st_mtime_ns) != (content.size, content.changed_at):
        raise InputError(f"{content.path} was changed meanwhile; run the same command again")
