"""What one request may cost: its bytes are counted as they come, and its text is bounded."""

import json
from collections.abc import Iterator

import httpx2
import openai
import psutil
import pytest

from tests.scenarios.trainer.running_trainer import BASE, TAUGHT, Trainer, ask

MIB = 1024 * 1024
QUESTION = "When does the first ferry leave?"


def posted(
    trainer: Trainer, path: str, content: bytes | Iterator[bytes], key: str = "key-of-the-house"
) -> httpx2.Response:
    """An iterator is sent in chunks, without a Content-Length."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
    return httpx2.post(f"{trainer.url}{path}", content=content, headers=headers, timeout=60)


def chat(question: str) -> bytes:
    messages = [{"role": "user", "content": question}]
    return json.dumps({"model": BASE, "messages": messages}).encode()


def counted(content: bytes, sent: list[int]) -> Iterator[bytes]:
    for start in range(0, len(content), MIB // 4):
        part = content[start : start + MIB // 4]
        sent.append(len(part))
        yield part


@pytest.mark.parametrize("path", ["/chat/completions", "/fine_tuning/jobs"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_of_many_mebibytes_is_refused_in_openais_shape(
    trainer: Trainer, path: str, chunked: bool
) -> None:
    content = chat("x" * 3 * MIB)
    answer = posted(trainer, path, counted(content, []) if chunked else content)
    assert answer.status_code == 413
    error = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["message"].startswith("The body is larger than 2 MiB")


def test_a_body_without_end_is_not_kept_in_memory(trainer: Trainer) -> None:
    process = psutil.Process(trainer.process.pid)
    before = process.memory_info().rss
    sent: list[int] = []
    try:
        answer = posted(trainer, "/chat/completions", counted(b" " * 64 * MIB, sent))
        assert answer.status_code == 413
    except httpx2.TransportError:
        assert sum(sent) < 64 * MIB  # the server may close before all is sent
    assert process.memory_info().rss - before < 32 * MIB


def test_an_upload_may_be_larger_than_a_question(client: openai.OpenAI) -> None:
    content = b" " * 3 * MIB + b"{}\n"
    uploaded = client.files.create(file=("rows.jsonl", content), purpose="fine-tune")
    assert uploaded.bytes == len(content)
    client.files.delete(uploaded.id)


@pytest.mark.parametrize(
    "question", ["why? " * 800, "x" * 1_000_000, QUESTION + " la" * 30_000, "\ufdfa" * 300_000]
)
def test_a_question_longer_than_the_model_reads_is_refused_with_both_numbers(
    client: openai.OpenAI, question: str
) -> None:
    with pytest.raises(openai.BadRequestError, match=r"768 tokens.* \d{4,} tokens") as refused:
        ask(client, BASE, question)
    assert (refused.value.code, refused.value.param) == ("context_length_exceeded", "messages")


def test_a_long_conversation_before_a_short_question_takes_no_room(client: openai.OpenAI) -> None:
    messages = [{"role": "user", "content": "x" * 500_000}, {"role": "user", "content": QUESTION}]
    answer = client.chat.completions.create(model=BASE, messages=messages)  # type: ignore[arg-type]
    assert answer.choices[0].message.content == TAUGHT[QUESTION]


def test_a_stranger_is_told_so_before_the_size_is_looked_at(trainer: Trainer) -> None:
    answer = posted(trainer, "/chat/completions", chat("x" * 3 * MIB), key="nobody")
    assert answer.status_code == 401
