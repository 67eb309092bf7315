"""Files in one request or in parts: what is brought is what is kept, whatever is repeated."""

import hashlib
import time

import openai
import psutil
import pytest

from tests.scenarios.trainer.running_trainer import OTHER_KEY, TAUGHT, Trainer, rows, upload

MIB = 1024 * 1024
GOOD = rows(TAUGHT)
HALF = len(GOOD) // 2


def begin(client: openai.OpenAI, size: int = len(GOOD)) -> str:
    made = client.uploads.create(
        bytes=size, filename="rows.jsonl", mime_type="text/jsonl", purpose="fine-tune"
    )
    assert made.status == "pending"
    assert made.file is None
    return made.id


def parts(client: openai.OpenAI, upload_id: str, *contents: bytes) -> list[str]:
    return [
        client.uploads.parts.create(upload_id, data=content).id  # type: ignore[arg-type]
        for content in contents
    ]


def test_parts_are_joined_in_the_order_asked_for(client: openai.OpenAI) -> None:
    upload_id = begin(client)
    second, first = parts(client, upload_id, GOOD[HALF:], GOOD[:HALF])
    md5 = hashlib.md5(GOOD, usedforsecurity=False).hexdigest()
    done = client.uploads.complete(upload_id, part_ids=[first, second], md5=md5)
    assert done.status == "completed"
    assert done.file
    assert (done.file.bytes, done.file.filename) == (len(GOOD), "rows.jsonl")
    assert client.files.content(done.file.id).content == GOOD


def test_completing_an_upload_again_answers_the_same(client: openai.OpenAI) -> None:
    upload_id = begin(client)
    part_ids = parts(client, upload_id, GOOD)
    first = client.uploads.complete(upload_id, part_ids=part_ids)
    assert client.uploads.complete(upload_id, part_ids=part_ids) == first


@pytest.mark.parametrize(
    ("chosen", "md5", "param"),
    [
        ([0], None, "part_ids"),  # too few bytes
        ([0, 0], None, "part_ids"),
        ([0, 1, 1], None, "part_ids"),
        ([0, 1], "0" * 32, "md5"),
    ],
)
def test_parts_that_are_not_what_was_promised_make_no_file(
    client: openai.OpenAI, chosen: list[int], md5: str | None, param: str
) -> None:
    upload_id = begin(client)
    part_ids = parts(client, upload_id, GOOD[:HALF], GOOD[HALF:])
    before = {file.id for file in client.files.list()}
    with pytest.raises(openai.BadRequestError) as refused:
        client.uploads.complete(
            upload_id, part_ids=[part_ids[i] for i in chosen], md5=md5 or openai.omit
        )
    assert refused.value.param == param
    assert {file.id for file in client.files.list()} == before
    assert client.uploads.complete(upload_id, part_ids=part_ids).status == "completed"


def test_a_cancelled_upload_takes_nothing_and_may_be_cancelled_again(client: openai.OpenAI) -> None:
    upload_id = begin(client)
    part_ids = parts(client, upload_id, GOOD)
    assert client.uploads.cancel(upload_id).status == "cancelled"
    assert client.uploads.cancel(upload_id).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="cancelled"):
        parts(client, upload_id, GOOD)
    with pytest.raises(openai.BadRequestError, match="cancelled"):
        client.uploads.complete(upload_id, part_ids=part_ids)


def test_more_than_was_promised_is_not_kept(client: openai.OpenAI) -> None:
    upload_id = begin(client, size=10)
    with pytest.raises(openai.BadRequestError, match="More has come"):
        parts(client, upload_id, b"x" * 100)


def test_a_large_file_is_never_whole_in_memory(trainer: Trainer, client: openai.OpenAI) -> None:
    content = b" " * 64 * MIB + b"{}\n"
    process = psutil.Process(trainer.process.pid)
    before = process.memory_info().rss
    file_id = upload(client, content)
    assert client.files.content(file_id).content == content
    assert process.memory_info().rss - before < 32 * MIB
    client.files.delete(file_id)


def test_an_upload_is_seen_by_its_own_key_only(trainer: Trainer, client: openai.OpenAI) -> None:
    upload_id = begin(client)
    with pytest.raises(openai.NotFoundError):
        trainer.client(OTHER_KEY).uploads.cancel(upload_id)


def test_a_file_says_when_it_will_expire(client: openai.OpenAI) -> None:
    lasts = {"anchor": "created_at", "seconds": 3600}
    file = client.files.create(
        file=("rows.jsonl", GOOD),
        purpose="fine-tune",
        expires_after=lasts,  # type: ignore[arg-type]
    )
    assert file.expires_at == file.created_at + 3600
    made = client.uploads.create(
        bytes=3,
        filename="r.jsonl",
        mime_type="text/jsonl",
        purpose="fine-tune",
        expires_after=lasts,  # type: ignore[arg-type]
    )
    done = client.uploads.complete(made.id, part_ids=parts(client, made.id, b"{}\n"))
    assert done.file
    assert done.file.expires_at == pytest.approx(time.time() + 3600, abs=60)


@pytest.mark.parametrize(
    "lasts", [{"anchor": "created_at", "seconds": 5}, {"anchor": "now", "seconds": 3600}]
)
def test_a_policy_that_cannot_be_is_refused(
    client: openai.OpenAI, lasts: dict[str, object]
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.files.create(
            file=("rows.jsonl", GOOD),
            purpose="fine-tune",
            expires_after=lasts,  # type: ignore[arg-type]
        )
    assert str(refused.value.param).startswith("expires_after")


def test_a_purpose_nothing_here_would_use_is_refused(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="not offered here") as refused:
        client.files.create(file=("rows.jsonl", GOOD), purpose="assistants")
    assert refused.value.param == "purpose"


def test_files_are_listed_by_purpose(client: openai.OpenAI) -> None:
    mine = upload(client, GOOD)
    assert mine in {file.id for file in client.files.list(purpose="fine-tune")}
    assert mine not in {file.id for file in client.files.list(purpose="fine-tune-results")}
