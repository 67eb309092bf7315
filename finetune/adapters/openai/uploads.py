"""Files of one account over the `openai` SDK, streamed from the disk, whole or in parts.

Called by `jobs/uploading`, which repeats and resumes; the requests here are sent once.
"""

import io
from pathlib import Path
from typing import BinaryIO, cast

import openai

from finetune.adapters.openai.refusals import translated
from finetune.errors import ProviderError
from finetune.jobs.job import StoredFile
from finetune.jobs.provider import Advance

PAGE = 100
SECONDS = 600.0  # without a byte going through
NO_UPLOADS = frozenset({404, 405, 501})


class OpenAIUploads:
    """`Uploading`."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client
        self._once = client.with_options(max_retries=0)

    @translated()
    async def find_file(self, name: str, size: int) -> StoredFile | None:
        """By name and size; an upload that was cut off has another size, or none."""
        async for file in self._client.files.list(purpose="fine-tune", limit=PAGE):
            found = _file(file)
            if (found.name, found.size) == (name, size) and found.status != "error":
                return found
        return None

    @translated()
    async def file(self, file_id: str) -> StoredFile:
        """As it is now."""
        return _file(await self._client.files.retrieve(file_id))

    @translated()
    async def send_whole(self, name: str, path: Path, advance: Advance) -> StoredFile:
        """POST /files."""
        with _window(path, 0, path.stat().st_size, advance) as window:
            return _file(
                await self._once.files.create(
                    file=(name, window), purpose="fine-tune", timeout=SECONDS
                )
            )

    @translated()
    async def open_upload(self, name: str, size: int) -> str | None:
        """POST /uploads; an upload that is never completed expires by itself."""
        try:
            upload = await self._client.uploads.create(
                bytes=size, filename=name, mime_type="text/jsonl", purpose="fine-tune"
            )
        except openai.APIStatusError as error:
            if error.status_code in NO_UPLOADS:
                return None
            raise
        return upload.id

    @translated()
    async def send_part(
        self, upload_id: str, path: Path, start: int, size: int, advance: Advance
    ) -> str:
        """POST /uploads/…/parts. A part that nobody completes with does no harm."""
        with _window(path, start, size, advance) as window:
            part = await self._once.uploads.parts.create(
                upload_id, data=("part", window), timeout=SECONDS
            )
        return part.id

    @translated()
    async def complete_upload(self, upload_id: str, parts: list[str], md5: str) -> StoredFile:
        """POST /uploads/…/complete."""
        upload = await self._once.uploads.complete(upload_id, part_ids=parts, md5=md5)
        if upload.file is None:
            raise ProviderError(f"upload {upload_id} was completed without a file")
        return _file(upload.file)


class Window(io.RawIOBase):
    """A part of a file as a file of its own; tells of each byte read, and takes back a rewind."""

    def __init__(self, path: Path, start: int, size: int, advance: Advance) -> None:
        self._file = path.open("rb")
        self._start, self._size, self._place = start, size, 0
        self._advance, self._told = advance, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = base + offset
        return self._place

    def read(self, size: int | None = -1) -> bytes:
        left = max(0, self._size - self._place)
        wanted = left if size is None or size < 0 else min(size, left)
        self._file.seek(self._start + self._place)
        piece = self._file.read(wanted)
        self._place += len(piece)
        self._advance(self._place - self._told)
        self._told = self._place
        return piece

    def close(self) -> None:
        self._file.close()
        super().close()


def _window(path: Path, start: int, size: int, advance: Advance) -> BinaryIO:
    return cast("BinaryIO", Window(path, start, size, advance))  # raw, yet of bytes


def _file(file: openai.types.FileObject) -> StoredFile:
    return StoredFile(
        id=file.id,
        name=file.filename,
        size=file.bytes,
        status=getattr(file, "status", None) or "",
    )
