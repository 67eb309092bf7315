"""`client.uploads`: a file in parts, put together in the order that is asked for."""

import hashlib
from pathlib import Path

import openai
import pytest
from openai.types import Upload

from tests.scenarios.trainer.running_trainer import TAUGHT, rows

CONTENT = rows(TAUGHT)
HALF = len(CONTENT) // 2


def begun(client: openai.OpenAI, size: int = len(CONTENT)) -> Upload:
    return client.uploads.create(
        bytes=size, filename="parts.jsonl", mime_type="text/jsonl", purpose="fine-tune"
    )


def test_an_upload_waits_for_its_parts(judged: openai.OpenAI) -> None:
    upload = begun(judged)
    assert (upload.object, upload.status, upload.bytes) == ("upload", "pending", len(CONTENT))
    assert upload.expires_at > upload.created_at
    assert upload.file is None


def test_the_parts_are_put_together_in_the_order_asked_for(judged: openai.OpenAI) -> None:
    upload = begun(judged)
    parts = judged.uploads.parts
    last = parts.create(upload.id, data=CONTENT[HALF:])
    first = parts.create(upload.id, data=CONTENT[:HALF])
    assert (first.object, first.upload_id) == ("upload.part", upload.id)
    done = judged.uploads.complete(
        upload.id,
        part_ids=[first.id, last.id],
        md5=hashlib.md5(CONTENT, usedforsecurity=False).hexdigest(),
    )
    assert done.status == "completed"
    assert done.file is not None
    assert (done.file.filename, done.file.bytes) == ("parts.jsonl", len(CONTENT))
    assert judged.files.content(done.file.id).content == CONTENT


def test_the_clients_own_chunking_works_from_memory_and_from_disk(
    judged: openai.OpenAI, tmp_path: Path
) -> None:
    path = tmp_path / "big.jsonl"
    path.write_bytes(CONTENT)
    memory = judged.uploads.upload_file_chunked(
        file=CONTENT,
        filename="big.jsonl",
        bytes=len(CONTENT),
        mime_type="text/jsonl",
        purpose="fine-tune",
        part_size=100,
    )
    disk = judged.uploads.upload_file_chunked(
        file=path, mime_type="text/jsonl", purpose="fine-tune", part_size=300
    )
    for upload in (memory, disk):
        assert upload.file is not None
        assert judged.files.content(upload.file.id).content == CONTENT


def test_a_cancelled_upload_takes_no_more_parts(judged: openai.OpenAI) -> None:
    upload = begun(judged)
    assert judged.uploads.cancel(upload.id).status == "cancelled"
    with pytest.raises(openai.BadRequestError):
        judged.uploads.parts.create(upload.id, data=CONTENT)


def test_bytes_that_are_missing_are_told(judged: openai.OpenAI) -> None:
    upload = begun(judged)
    part = judged.uploads.parts.create(upload.id, data=CONTENT[:HALF])
    with pytest.raises(openai.BadRequestError) as refused:
        judged.uploads.complete(upload.id, part_ids=[part.id])
    assert str(HALF) in refused.value.message


def test_a_checksum_of_something_else_is_refused(judged: openai.OpenAI) -> None:
    upload = begun(judged)
    part = judged.uploads.parts.create(upload.id, data=CONTENT)
    with pytest.raises(openai.BadRequestError):
        judged.uploads.complete(upload.id, part_ids=[part.id], md5="0" * 32)


def test_an_upload_that_nobody_began_is_not_found(judged: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        judged.uploads.parts.create("upload_nobody", data=CONTENT)
