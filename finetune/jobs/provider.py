"""The ports to a provider's jobs and files (`adapters/openai`), smaller than what they are used for.

Every remote thing can be found again before it is made, so that whoever is killed makes it once.
All raise ProviderError for a refusal, NotFound for an unknown id and ProviderUnavailable when
asking later may help.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Protocol

from finetune.jobs.job import Checkpoint, EventPage, Job, StoredFile

Advance = Callable[[float], None]


class Watched(Protocol):
    """What following needs."""

    async def job(self, job_id: str) -> Job:
        """The job as it is now."""
        ...

    async def events(self, job_id: str, after: str | None) -> EventPage:
        """The newest events, or those older than the event `after`."""
        ...


class Started(Protocol):
    """What starting needs."""

    def jobs(self) -> AsyncIterator[Job]:
        """All jobs of the account, newest first."""
        ...

    async def create(self, body: dict[str, Any]) -> Job:
        """Start training; sent once."""
        ...


class Uploading(Protocol):
    """What an upload needs. What makes a file is sent once."""

    async def find_file(self, name: str, size: int) -> StoredFile | None:
        """A file that was uploaded whole under this name."""
        ...

    async def file(self, file_id: str) -> StoredFile:
        """The file as it is now."""
        ...

    async def send_whole(self, name: str, path: Path, advance: Advance) -> StoredFile:
        """One request; streamed from the disk."""
        ...

    async def open_upload(self, name: str, size: int) -> str | None:
        """Id of a new upload in parts; None: this provider takes files only whole."""
        ...

    async def send_part(
        self, upload_id: str, path: Path, start: int, size: int, advance: Advance
    ) -> str:
        """Id of the part that holds `size` bytes from `start`."""
        ...

    async def complete_upload(self, upload_id: str, parts: list[str], md5: str) -> StoredFile:
        """The file that the parts make in this order."""
        ...


class Results(Protocol):
    """What is there after a job."""

    async def checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Newest first."""
        ...

    async def content(self, file_id: str) -> bytes:
        """A file's bytes."""
        ...
