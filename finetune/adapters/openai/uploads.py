"""Files of one account over the `openai` SDK, streamed from the disk, whole or in parts.

Called by `jobs/uploading`, which repeats and resumes; the requests here are sent once.
"""

import io
from pathlib import Path
from typing import BinaryIO, cast

import httpx
import openai

from finetune.adapters.openai.wire import (
    PAGE,
    Fields,
    answering,
    fields,
    identified,
    listed,
    one_page,
    place,
    table,
    text,
    whole,
)
from finetune.errors import ProviderError
from finetune.jobs.job import StoredFile
from finetune.jobs.paging import Page, fresh
from finetune.jobs.provider import Advance

SECONDS = 600.0  # without a byte going through
NO_UPLOADS = frozenset({404, 405, 501})
FILES, UPLOADS = "/files", "/uploads"


class OpenAIUploads:
    """`Uploading`."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client
        self._once = client.with_options(max_retries=0)

    async def find_files(self, ending: str, size: int) -> list[StoredFile]:
        """By the end of the name and the size; one that was cut off has another size, or none."""

        async def ask(after: str | None) -> Page[StoredFile]:
            params = {"purpose": "fine-tune", "limit": PAGE} | ({"after": after} if after else {})
            async with answering("list of files"):
                page = fields(
                    await self._client.get(
                        FILES, cast_to=httpx.Response, options={"params": params}
                    )
                )
            return one_page(page, [_file(each) for each in listed(page) if text(each, "id")])

        stored = [file async for found in fresh(ask) for file in found]
        return [file for file in stored if file.name.endswith(ending) and file.size == size]

    async def file(self, file_id: str) -> StoredFile:
        """As it is now."""
        async with answering(f"file {file_id}"):
            return _file(
                fields(await self._client.get(place(FILES, file_id), cast_to=httpx.Response))
            )

    async def send_whole(self, name: str, path: Path, advance: Advance) -> StoredFile:
        """POST /files."""
        async with answering("way to upload files", None):
            with _window(path, 0, path.stat().st_size, advance) as window:
                answer = await self._once.files.with_raw_response.create(
                    file=(name, window), purpose="fine-tune", timeout=SECONDS
                )
            return _file(fields(answer.http_response))

    async def open_upload(self, name: str, size: int) -> str | None:
        """POST /uploads; an upload that is never completed expires by itself."""
        body = {"bytes": size, "filename": name, "mime_type": "text/jsonl", "purpose": "fine-tune"}
        async with answering("way to upload files in parts"):
            try:
                answer = await self._client.post(UPLOADS, cast_to=httpx.Response, body=body)
            except openai.APIStatusError as error:
                if error.status_code in NO_UPLOADS:
                    return None
                raise
            return identified(fields(answer), "upload")

    async def send_part(
        self, upload_id: str, path: Path, start: int, size: int, advance: Advance
    ) -> str:
        """POST /uploads/…/parts. A part that nobody completes with does no harm."""
        async with answering(f"upload {upload_id}", None):
            with _window(path, start, size, advance) as window:
                answer = await self._once.uploads.parts.with_raw_response.create(
                    upload_id, data=("part", window), timeout=SECONDS
                )
            return identified(fields(answer.http_response), "part")

    async def complete_upload(self, upload_id: str, parts: list[str], md5: str) -> StoredFile:
        """POST /uploads/…/complete."""
        path, body = place(UPLOADS, upload_id, "complete"), {"part_ids": parts, "md5": md5}
        async with answering(f"upload {upload_id}"):
            answer = fields(await self._once.post(path, cast_to=httpx.Response, body=body))
        if not (file := table(answer, "file")):
            raise ProviderError(f"upload {upload_id} was completed without a file")
        return _file(file)


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


def _file(file: Fields) -> StoredFile:
    return StoredFile(
        id=identified(file, "file"),
        name=text(file, "filename") or "",
        size=whole(file, "bytes") or 0,
        status=(text(file, "status") or "").casefold(),
    )
