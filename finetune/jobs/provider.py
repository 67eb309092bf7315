"""The ports to a provider's jobs and files (`adapters/openai`), smaller than what they are used for.

Every remote thing can be found again before it is made, so that whoever is killed makes it once.
All raise ProviderError for a refusal, NotFound for an unknown id and ProviderUnavailable when
asking later may help.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Protocol

from finetune.errors import ProviderError, ProviderUnavailable
from finetune.jobs.job import Event, Job, StoredFile
from finetune.jobs.paging import Page

Advance = Callable[[float], None]


class Unusable(ProviderError):
    """Raised when the provider says yes, in JSON that cannot be made out."""


class TurnedAway(ProviderUnavailable):
    """Raised when the provider did nothing for now, for it is asked too much (429)."""

    @classmethod
    def by(cls, error: ProviderUnavailable) -> "TurnedAway":
        """The same, known to have had no effect."""
        made = cls(str(error))
        made.retry_after = error.retry_after
        return made


class Watched(Protocol):
    """What following needs."""

    async def job(self, job_id: str) -> Job:
        """The job as it is now."""
        ...

    async def events(self, job_id: str, after: str | None) -> Page[Event]:
        """The newest events, or those older than the event `after`."""
        ...


class Started(Protocol):
    """What starting needs."""

    def jobs(self) -> AsyncIterator[Job]:
        """All jobs of the account, newest first."""
        ...

    async def job(self, job_id: str) -> Job:
        """The job as it is now."""
        ...

    async def create(self, body: dict[str, Any]) -> Job:
        """Start training; sent once."""
        ...


class Uploading(Protocol):
    """What an upload needs. What makes a file is sent once."""

    async def find_files(self, ending: str, size: int) -> list[StoredFile]:
        """Files that were uploaded whole under a name with this end."""
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
