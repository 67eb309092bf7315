"""`finetune compare`: the table of a write-up, paid for once whatever is killed."""

import asyncio
import json
import signal
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.openai_stub import OpenAIStub, Scripted
from tests.scenarios.finetune.conftest import Finetune

pytestmark = pytest.mark.anyio


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Twenty chat rows, the wanted answer last."""
    rows = [
        {
            "messages": [
                {"role": "user", "content": f"記事 {n}"},
                {"role": "assistant", "content": "あ" * 100},
            ]
        }
        for n in range(20)
    ]
    path = tmp_path / "cases.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def long_or_right(model: str, messages: list[dict[str, Any]]) -> str:
    """The tuned model keeps to 100 characters but once; the base does not."""
    number = int(messages[-1]["content"].split()[-1])
    if model == "tuned":
        return "あ" * (100 if number else 130)
    return "い" * (150 + number)


@pytest.fixture
def run(finetune: Finetune, openai_stub: OpenAIStub, cases: Path) -> Callable[..., Any]:
    openai_stub.answer = long_or_right

    async def run(*arguments: str, code: int = 0) -> Any:
        command = await finetune(
            "compare", "--models", "base,tuned", "--cases", str(cases), "--json", *arguments
        )
        said = await command.end()
        assert said.code == code, said
        return json.loads(said.out) if not code else said.err

    return run


async def test_lengths_latencies_tokens_and_cost_are_told_per_model(
    run: Callable[..., Any], openai_stub: OpenAIStub
) -> None:
    openai_stub.latency = lambda model: 0.02
    found = await run("--length", "100", "--price", "tuned:input=1,output=1000000")
    base, tuned = found["models"]["base"], found["models"]["tuned"]
    lengths = [150 + n for n in range(20)]
    assert base["length"]["mean"] == statistics.fmean(lengths)
    assert base["length"]["median"] == statistics.median(lengths)
    assert (base["length"]["min"], base["length"]["max"]) == (150, 169)
    assert base["length"]["stdev"] == pytest.approx(statistics.stdev(lengths))
    assert base["length"]["p95"] == pytest.approx(168.05)
    assert (base["within_tolerance"], tuned["within_tolerance"]) == (0.0, 0.95)
    assert 0.02 <= tuned["latency"]["min"] <= tuned["latency"]["p95"]
    assert tuned["tokens"] == {"prompt": 40, "completion": 20, "total": 60}
    assert tuned["cost"]["amount"] == pytest.approx(20.00004)
    assert base["cost"] is None
    assert (found["cases"], found["calls"]) == (20, 40)
    assert [sample["row"] for sample in found["samples"]] == [1, 2, 3]
    assert found["samples"][1]["answers"] == {"base": "い" * 151, "tuned": "あ" * 100}
    assert openai_stub.most_answering > 1


async def test_the_wanted_answer_is_never_sent(
    run: Callable[..., Any], openai_stub: OpenAIStub
) -> None:
    await run()
    assert {tuple(m["role"] for m in chat.messages) for chat in openai_stub.chats} == {("user",)}


async def test_a_second_time_costs_nothing_unless_asked_anew(
    run: Callable[..., Any], openai_stub: OpenAIStub
) -> None:
    first = await run()
    again = await run()
    assert (first["calls"], again["calls"], len(openai_stub.chats)) == (40, 0, 40)
    assert again["models"] == first["models"]  # also the seconds
    assert (await run("--fresh"))["calls"] == 40


async def test_killed_in_the_middle_it_pays_for_nothing_twice(
    run: Callable[..., Any],
    finetune: Finetune,
    openai_stub: OpenAIStub,
    cases: Path,
    tmp_path: Path,
) -> None:
    openai_stub.latency = lambda model: 0.05
    out = tmp_path / "answers.jsonl"
    started = await finetune(
        "compare", "--models", "base,tuned", "--cases", str(cases), "-o", str(out),
        "--concurrency", "2",
    )  # fmt: skip
    while len(openai_stub.chats) < 12:
        await asyncio.sleep(0.01)
    await started.killed()
    assert not out.exists()
    openai_stub.latency = lambda model: 0.0
    found = await run("-o", str(out))
    assert len(openai_stub.chats) <= 42  # the two under way may be asked again
    assert found["calls"] < 40
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [row["row"] for row in rows] == list(range(1, 21))
    assert rows[0]["answers"]["tuned"]["content"] == "あ" * 130
    assert rows[0]["wanted"] == "あ" * 100


async def test_ctrl_c_ends_in_order_and_keeps_what_was_answered(
    run: Callable[..., Any], finetune: Finetune, openai_stub: OpenAIStub, cases: Path
) -> None:
    openai_stub.latency = lambda model: 0.05
    started = await finetune("compare", "--models", "base,tuned", "--cases", str(cases))
    while len(openai_stub.chats) < 17:
        await asyncio.sleep(0.01)
    started.process.send_signal(signal.SIGINT)
    said = await started.end()
    assert (said.code, said.out) == (130, "")
    assert said.err.startswith("stopped; ")
    assert said.err.count("\n") == 1
    assert (await run())["calls"] <= 32


async def test_a_provider_that_goes_away_leaves_what_was_answered(
    finetune: Finetune, openai_stub: OpenAIStub, run: Callable[..., Any]
) -> None:
    openai_stub.latency = lambda model: 0.02
    answered = 0

    def answer(model: str, messages: list[dict[str, Any]]) -> str:
        nonlocal answered
        answered += 1
        if answered == 15:
            openai_stub.fault("POST /v1/chat", status=503, times=10_000, retry_after_ms=1)
        return "x"

    openai_stub.answer = answer
    said = await run(code=1)
    assert said.count("\n") == 1
    assert "what was answered is kept: run the same command again" in said
    openai_stub.faults.clear()
    assert (await run())["calls"] <= 26


async def test_refusals_and_empty_answers_are_counted(
    run: Callable[..., Any], openai_stub: OpenAIStub
) -> None:
    openai_stub.fault("POST /v1/chat", status=400, code="content_filter", message="filtered")
    openai_stub.queue("", "", Scripted("", refusal="I will not."))
    found = await run("--concurrency", "1")
    base, tuned = found["models"]["base"], found["models"]["tuned"]
    assert (base["refused"] + tuned["refused"], base["empty"] + tuned["empty"]) == (2, 2)
    assert "filtered" in (base["refusal"] or "")


async def test_a_missing_model_is_one_line(
    run: Callable[..., Any], openai_stub: OpenAIStub
) -> None:
    openai_stub.unknown_models = {"tuned"}
    said = await run(code=1)
    assert said == "finetune: the provider said 404: The model 'tuned' does not exist\n"


async def test_an_existing_output_is_refused_before_anything_is_paid(
    run: Callable[..., Any], openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    (tmp_path / "here.jsonl").write_text("mine")
    assert "never overwritten" in await run("-o", str(tmp_path / "here.jsonl"), code=1)
    assert not openai_stub.chats
    assert (tmp_path / "here.jsonl").read_text() == "mine"


async def test_a_bad_row_is_named_before_anything_is_paid(
    run: Callable[..., Any], openai_stub: OpenAIStub, cases: Path
) -> None:
    with cases.open("a") as file:
        file.write('{"messages": 5}\n')
    assert "cases.jsonl, row 21 needs " in await run(code=1)
    assert not openai_stub.chats


async def test_people_see_a_table_and_samples(
    finetune: Finetune, openai_stub: OpenAIStub, cases: Path
) -> None:
    openai_stub.answer = long_or_right
    command = await finetune(
        "compare", "--models", "base,tuned", "--cases", str(cases), "--length", "100",
        "--samples", "1",
    )  # fmt: skip
    said = await command.end()
    assert (said.code, said.err) == (0, "")
    assert "characters mean" in said.out
    assert "within 95-105" in said.out
    assert "unknown (--price)" in said.out
    assert "Row 1\n  question: 記事 0\n  wanted: ああ" in said.out


async def test_plain_questions_and_a_system_prompt_will_do(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    openai_stub.answer = lambda model, messages: "Five."
    (tmp_path / "questions.txt").write_text("How many?\n\n  Why?\n")
    (tmp_path / "system.txt").write_text("Be brief.\n")
    command = await finetune(
        "compare",
        "--models",
        "base",
        "--cases",
        "questions.txt",
        "--system",
        "system.txt",
        "--json",
    )
    found = json.loads((await command.end()).out)
    assert found["cases"] == 2
    assert sorted(chat.question for chat in openai_stub.chats) == ["How many?", "Why?"]
    system = {"role": "system", "content": "Be brief."}
    assert all(chat.messages[0] == system for chat in openai_stub.chats)


async def test_prompts_as_prepare_wrote_them_are_asked_as_they_are_and_long_names_stay_whole(
    finetune: Finetune, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    model = "ft:davinci-002:an-organisation:a-suffix-of-forty-letters-and-more:AbCdEfGh"
    openai_stub.legacy_models = {model}
    openai_stub.answer = lambda model, messages: " yes END"
    rows = ["one\n\n###\n\n", "two\n\n###\n\n", "from elsewhere"]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps({"prompt": row}) + "\n" for row in rows))
    command = await finetune(
        "compare", "--models", model, "--cases", "p.jsonl", "--legacy-completion", COLUMNS="60"
    )
    said = await command.end()
    assert said.code == 0, said
    assert said.out.splitlines()[0].endswith(f" {model}")
    assert "prompts ended in '\\n\\n###\\n\\n'\n" in said.err
    prompts = [chat.body["prompt"] for chat in openai_stub.chats]
    assert sorted(prompts) == sorted([*rows[:2], "from elsewhere\n\n###\n\n"])
