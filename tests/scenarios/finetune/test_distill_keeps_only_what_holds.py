"""`finetune distill` as a process of its own, against a teacher that misses the length at first."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.openai_stub import OpenAIStub, Scripted
from tests.scenarios.finetune.conftest import Finetune

pytestmark = pytest.mark.anyio
SYSTEM = "三行、合わせて100文字で要約してください。"


def improving(model: str, messages: list[dict[str, Any]]) -> str:
    """131, 118, then 100 characters; what begins with 難 never fits."""
    source, corrections = messages[1]["content"], len(messages) // 2 - 1
    if source.startswith("難"):
        return "長" * 200
    return "あ" * (131, 118, 100)[min(2, corrections + len(source) % 3)]


def articles(folder: Path, count: int, hard: int = 0) -> Path:
    (folder / "articles").mkdir()
    for number in range(count):
        start = "難しい" if number < hard else "易しい"
        text = f"{start}記事その{number}。" + "文" * (number % 7)
        (folder / "articles" / f"{number:03}.txt").write_text(text, encoding="utf-8")
    return folder / "articles"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


ORDER = ("--system", SYSTEM, "--teacher", "sensei", "--length", "100", "--inputs", "articles")


async def test_only_rows_that_hold_are_written_and_the_rest_is_reported(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = improving
    articles(tmp_path, 30, hard=3)
    limits = ("--train", "20", "--test", "7", "--improve", "2", "--tries", "2")
    command = await finetune("distill", *ORDER, *limits, "-o", "news", "--json")
    said = await command.end()
    assert said.code == 0, said.err
    report = json.loads(said.out)
    train, test = rows(tmp_path / "news/train.jsonl"), rows(tmp_path / "news/test.jsonl")
    assert (len(train), len(test), report["accepted"], report["rejected"]) == (20, 7, 27, 3)
    for row in train + test:
        assert [message["role"] for message in row["messages"]] == ["system", "user", "assistant"]
        assert 95 <= len(row["messages"][2]["content"]) <= 105
    asked = [row["messages"][1]["content"] for row in train + test]
    assert len(set(asked)) == 27
    assert not any(text.startswith("難") for text in asked)
    assert "\\u" not in (tmp_path / "news/train.jsonl").read_text(encoding="utf-8")
    rejection = report["rejected_inputs"][0]
    assert "200 characters" in rejection["reason"]
    assert rejection["best"] == "長" * 200
    assert rejection["calls"] == 6
    assert report["calls"] == len(openai_stub.chats)
    assert report["lengths"]["min"] == report["lengths"]["max"] == 100
    assert report["next_command"] == (
        "finetune train news/train.jsonl --validation news/test.jsonl --model base"
    )


async def test_the_teacher_is_told_in_the_same_conversation_how_far_off_it_is(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = lambda model, messages: "x" * (100 if len(messages) > 2 else 131)
    (tmp_path / "in.txt").write_text("one article\n", encoding="utf-8")
    command = await finetune(
        *("distill", "--inputs", "in.txt", "--system", SYSTEM, "--teacher", "t"),
        *("--length", "100", "--train", "1", "--test", "0", "-o", "out"),
    )
    said = await command.end()
    assert said.code == 0, said.err
    first, second = openai_stub.chats
    assert second.messages[:2] == first.messages
    assert second.messages[2] == {"role": "assistant", "content": "x" * 131}
    assert "131 characters" in second.messages[3]["content"]
    assert "95 to 105" in second.messages[3]["content"]


async def test_a_killed_command_goes_on_without_paying_twice(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = improving
    articles(tmp_path, 40)
    order = (*ORDER, "--train", "30", "--test", "5", "-o", "news", "--json", "--concurrency", "2")
    command = await finetune("distill", *order)
    while len(openai_stub.chats) < 25:
        await asyncio.sleep(0.01)
    await command.killed()
    assert not (tmp_path / "news/train.jsonl").exists()
    lost = len(openai_stub.chats)
    said = await (await finetune("distill", *order)).end()
    assert said.code == 0, said.err
    report = json.loads(said.out)
    assert len(openai_stub.chats) <= report["calls"] + 2  # what was under way when it was killed
    assert len(openai_stub.chats) > lost
    assert len(rows(tmp_path / "news/train.jsonl")) == 30


async def test_ctrl_c_keeps_what_is_paid_for_and_says_how_to_go_on(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = improving
    articles(tmp_path, 40)
    order = (*ORDER, "--train", "30", "--test", "5", "-o", "news", "--concurrency", "2")
    command = await finetune("distill", *order)
    while len(openai_stub.chats) < 10:
        await asyncio.sleep(0.01)
    command.process.send_signal(2)
    said = await command.end()
    assert said.code == 130
    assert "the same command goes on" in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "news/train.jsonl").exists()


async def test_a_finished_order_is_said_to_be_finished_and_another_is_refused(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = improving
    articles(tmp_path, 12)
    order = (*ORDER, "--train", "10", "--test", "2", "-o", "news")
    assert (await (await finetune("distill", *order)).end()).code == 0
    asked, made = len(openai_stub.chats), (tmp_path / "news/train.jsonl").read_bytes()
    again = await (await finetune("distill", *order)).end()
    assert again.code == 0
    assert "finished before" in again.err
    other = await (await finetune("distill", *order, "--seed", "1")).end()
    assert other.code == 1
    assert "inputs, seed" in other.err
    assert len(openai_stub.chats) == asked
    assert (tmp_path / "news/train.jsonl").read_bytes() == made


async def test_an_input_that_the_teacher_refuses_is_rejected_and_the_rest_goes_on(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = lambda model, messages: "fine"
    openai_stub.fault("POST /v1/chat/completions", status=400, message="content management policy")
    articles(tmp_path, 12)
    command = await finetune(
        *("distill", "--inputs", "articles", "--teacher", "t", "--concurrency", "1"),
        *("--train", "10", "--test", "1", "-o", "out", "--json"),
    )
    said = await command.end()
    assert said.code == 0, said.err
    report = json.loads(said.out)
    assert (report["accepted"], report["rejected"]) == (11, 1)
    assert "content management policy" in report["rejected_inputs"][0]["reason"]


async def test_half_a_character_in_an_answer_is_no_end(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    message = '{"role": "assistant", "content": "a\\ud800b"}'
    choice = f'{{"index": 0, "finish_reason": "stop", "message": {message}}}'
    body = f'{{"id": "c", "object": "chat.completion", "created": 0, "choices": [{choice}]}}'
    openai_stub.answer = lambda model, messages: "fine"
    openai_stub.queue(Scripted("", raw=body))
    articles(tmp_path, 2)
    command = await finetune(
        *("distill", "--inputs", "articles", "--teacher", "t", "--concurrency", "1"),
        *("--train", "2", "--test", "0", "-o", "out"),
    )
    said = await command.end()
    assert said.code == 0, said.err
    answers = [row["messages"][-1]["content"] for row in rows(tmp_path / "out/train.jsonl")]
    assert answers[0] == "a?b"


async def test_a_teacher_that_does_not_exist_is_said_in_one_line(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.unknown_models.add("sensei")
    articles(tmp_path, 12)
    said = await (await finetune("distill", *ORDER, "-o", "news")).end()
    assert said.code == 1
    assert "does not exist" in said.err.splitlines()[-1]
    assert "the same command goes on" in said.err.splitlines()[-1]
    assert "Traceback" not in said.err


async def test_the_outcome_does_not_depend_on_how_many_are_asked_at_once(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = improving
    articles(tmp_path, 40, hard=8)
    limits = ("--train", "15", "--test", "5", "--improve", "2", "--tries", "1")
    calls = []
    for concurrency in ("1", "16"):
        before = len(openai_stub.chats)
        order = (*ORDER, *limits, "-o", f"out{concurrency}", "--concurrency", concurrency)
        assert (await (await finetune("distill", *order)).end()).code == 0
        calls.append(len(openai_stub.chats) - before)
    assert calls[0] == calls[1]
    for name in ("train.jsonl", "test.jsonl"):
        one, sixteen = (tmp_path / f"out{n}" / name for n in (1, 16))
        assert one.read_bytes() == sixteen.read_bytes()


async def test_a_judge_is_asked_about_what_keeps_the_other_rules_and_its_reason_is_told(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    def answer(model: str, messages: list[dict[str, Any]]) -> str:
        if model == "judge":
            return "PASS" if "polite" in messages[-1]["content"] else "FAIL: it is rude."
        return "polite" if "rude" in messages[-1]["content"] else "rough!"

    openai_stub.answer = answer
    (tmp_path / "in.jsonl").write_text('{"text": "one"}\n{"prompt": "two"}\n', encoding="utf-8")
    command = await finetune(
        *("distill", "--inputs", "in.jsonl", "--teacher", "t", "--judge", "judge"),
        *("--criteria", "It is polite.", "--length", "6", "--train", "1", "--test", "1"),
        *("-o", "out", "--json", "--price", "input=1,output=2"),
    )
    said = await command.end()
    assert said.code == 0, said.err
    report = json.loads(said.out)
    assert report["improvements"] == {"1": 2}
    assert report["calls"] == 8
    assert report["cost"] is None  # the judge's price was not given
    assert rows(tmp_path / "out/test.jsonl")[0]["messages"][-1]["content"] == "polite"


async def test_a_price_given_to_a_finished_order_says_what_it_cost(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = improving
    articles(tmp_path, 5)
    (tmp_path / "README").write_text(SYSTEM, encoding="utf-8")
    order = ("distill", "--inputs", "articles", "--system", "README", "--teacher", "t", "--json")
    order = (*order, "--length", "100", "--train", "2", "--test", "1", "-o", "news")
    first = await (await finetune(*order)).end()
    assert json.loads(first.out)["cost"] is None
    assert "system prompt is what the file README holds" in first.err
    asked = len(openai_stub.chats)
    again = json.loads((await (await finetune(*order, "--price", "input=1,output=2")).end()).out)
    assert again["cost"]["amount"] > 0
    (tmp_path / "news/train.jsonl").unlink()
    made = await (await finetune(*order)).end()
    assert made.code == 0, made.err
    assert len(rows(tmp_path / "news/train.jsonl")) == 2
    assert len(openai_stub.chats) == asked


async def test_a_hopeless_order_is_given_up_and_how_it_stands_is_written(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = lambda model, messages: "x" * 300
    articles(tmp_path, 30)
    limits = ("--improve", "0", "--tries", "1", "--concurrency", "1", "--give-up", "4")
    said = await (await finetune("distill", *ORDER, *limits, "-o", "news")).end()
    assert said.code == 1
    assert "none of 4 inputs was accepted" in said.err
    assert len(openai_stub.chats) == 4
    report = json.loads((tmp_path / "news/unfinished.json").read_text(encoding="utf-8"))
    assert report["rejected"] == 4
