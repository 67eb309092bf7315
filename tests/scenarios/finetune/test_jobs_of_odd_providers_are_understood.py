"""`finetune jobs …` against providers that speak the wire format in ways of their own."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi import FastAPI, Response
from rich.console import Console

from finetune import InputError, ProviderError, ProviderUnavailable, Settings
from finetune.adapters.openai import OpenAIJobs
from finetune.bootstrap import Account, account
from finetune.commands import job_actions as actions
from finetune.commands.output import Output
from tests.fakes.openai_account import TuningJob
from tests.fakes.openai_stub import OpenAIStub
from tests.fakes.serving import served

pytestmark = pytest.mark.anyio
JOB = {"id": "j1", "status": "succeeded", "model": "base", "created_at": 1_700_000_000}


@pytest.fixture(autouse=True)
def poll_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLL_SECONDS", "0.02")


def raw(document: object) -> Response:
    """JSON as sloppy servers write it, with NaN and half characters."""
    text = document if isinstance(document, str) else json.dumps(document)
    return Response(text, media_type="application/json")


def provider(job: object, events: object = ()) -> FastAPI:
    """One job `j1` and its events, whatever their shape."""
    app = FastAPI()
    one = JOB | job if isinstance(job, dict) else job

    @app.get("/v1/fine_tuning/jobs/j1")
    async def show() -> Response:
        return raw(one)

    @app.get("/v1/fine_tuning/jobs")
    async def listed() -> Response:
        return raw({"data": [one]})

    @app.get("/v1/fine_tuning/jobs/j1/events")
    async def told() -> Response:
        if events is None:
            return Response(status_code=404)
        return raw({"data": list(events)} if isinstance(events, list | tuple) else events)

    return app


@asynccontextmanager
async def at(url: str, **settings: Any) -> AsyncIterator[Account]:
    values = {"openai_base_url": url, "openai_api_key": "k", "data_dir": Path("unused")}
    async with account(Settings.model_validate(values | settings)) as opened:
        yield opened


Work = Callable[[Account, Output], Awaitable[int]]


async def said(url: str, work: Work, width: int = 100) -> tuple[int, str]:
    """The exit code and everything that was printed."""
    text = io.StringIO()
    console = Console(file=text, width=width)
    async with at(url) as opened, asyncio.timeout(20):
        return await work(opened, Output(False, console, console)), text.getvalue()


async def of(app: FastAPI, work: Work, width: int = 100) -> tuple[int, str]:
    async with served(app) as url:
        return await said(f"{url}/v1/", work, width)


def follow(account: Account, output: Output) -> Awaitable[int]:
    return actions.watch(account, output, "j1")


def show(account: Account, output: Output) -> Awaitable[int]:
    return actions.show(account, output, "j1")


def table(account: Account, output: Output) -> Awaitable[int]:
    return actions.listed(account, output, 20)


def told(account: Account, output: Output) -> Awaitable[int]:
    return actions.events(account, output, "j1", None)


@pytest.mark.parametrize(
    "odd",
    [
        {"created_at": "2024-05-01T00:00:00Z"},
        {"created_at": None},
        {"created_at": "1700000000"},
        {"finished_at": 1_700_000_000.5},
        {"metadata": {"n": 1, "none": None}},
        {"trained_tokens": "many", "seed": "7"},
        {"hyperparameters": [], "method": "dpo", "error": "", "result_files": [None, {"id": "f"}]},
    ],
    ids=",".join,
)
async def test_a_job_with_fields_of_other_kinds_is_followed_listed_and_shown(
    odd: dict[str, Any],
) -> None:
    app = provider(odd)
    assert (await of(app, follow))[0] == 0
    assert "j1" in (await of(app, table))[1]
    assert "status: succeeded" in (await of(app, show))[1]


@pytest.mark.parametrize("made", [1_700_000_000, 1_700_000_000_000, 1_700_000_000_000_000])
async def test_times_in_any_unit_are_times(made: int) -> None:
    assert "2023-11-1" in (await of(provider({"created_at": made}), show))[1]


@pytest.mark.parametrize(
    ("status", "code"),
    [("canceled", 1), ("completed", 0), ("Succeeded", 0), ("error", 1), ("expired", 1)],
)
async def test_words_for_an_end_are_understood(status: str, code: int) -> None:
    ended, text = await of(provider({"status": status, "fine_tuned_model": "ft:x"}), follow)
    assert ended == code
    assert ("finetune ask" in text) == (code == 0)


async def test_a_job_with_an_unknown_status_and_an_end_has_ended() -> None:
    code, text = await of(provider({"status": "weird", "finished_at": 1_700_000_100}), follow)
    assert code == 1
    assert "j1 weird" in text


@pytest.mark.parametrize(
    "event",
    [
        {"id": "a", "created_at": "2024-05-01T00:00:00Z", "message": "hello"},
        {"id": 1, "created_at": None, "message": "hello", "data": None},
        {"message": "hello", "level": None, "data": "x"},
        {"id": "a", "created_at": 1, "message": "hello", "data": {"step": float("nan")}},
        {"id": "a", "created_at": 1, "message": "hello \ud83d"},
        {"id": "a", "created_at": 1, "message": "hel\x1b[31mlo\nhello"},
    ],
    ids=["ISO", "numbers", "nothing", "NaN", "half a character", "escape"],
)
async def test_events_of_any_shape_are_told(event: dict[str, Any]) -> None:
    code, text = await of(provider({}, [event]), follow)
    assert code == 0
    assert "hello" in text
    assert "1970" not in text or event.get("created_at") == 1
    assert "\x1b" not in text
    text.encode()


async def test_equal_events_without_an_id_are_all_told() -> None:
    _, text = await of(provider({}, [{"message": "Step done", "created_at": 5}] * 3), follow)
    assert text.count("Step done") == 3


async def test_a_provider_without_events_is_followed_by_the_status() -> None:
    assert (await of(provider({}, None), follow))[0] == 0


async def test_events_that_are_listed_oldest_first_are_told_in_order() -> None:
    listed = [{"id": f"e{n}", "created_at": 100 + n, "message": f"m{n}"} for n in range(150)]
    app = FastAPI()

    @app.get("/v1/fine_tuning/jobs/j1")
    async def show() -> Response:
        return raw(JOB)

    @app.get("/v1/fine_tuning/jobs/j1/events")
    async def events(limit: int, after: str = "e-1") -> Response:
        start = int(after[1:]) + 1
        more = start + limit < len(listed)
        return raw({"data": listed[start : start + limit], "has_more": more})

    _, text = await of(app, follow)
    assert [line.split("  ")[1] for line in text.splitlines() if "  m" in line] == [
        f"m{n}" for n in range(150)
    ]
    _, text = await of(app, lambda a, o: actions.events(a, o, "j1", 2))
    assert [line.split("  ")[1] for line in text.splitlines()] == ["m148", "m149"]


@pytest.mark.parametrize("answer", ["null", "[]", '{"status": "running"}', '{"id": "j1", "st'])
async def test_an_answer_that_nobody_can_make_out_is_not_waited_for_forever(answer: str) -> None:
    with pytest.raises(ProviderError):
        await of(provider(answer), follow)


async def test_lists_that_never_end_are_read_once() -> None:
    asked: list[str | None] = []
    app = provider({})

    @app.get("/v1/fine_tuning/jobs/j1/checkpoints")
    async def checkpoints(after: str | None = None) -> Response:
        asked.append(after)
        return raw({"data": [{"id": "c1", "step_number": 7}]})

    _, text = await of(app, lambda a, o: actions.checkpoints(a, o, "j1"))
    assert asked == [None, "c1"]
    assert text.count("7") == 1
    _, text = await of(app, table)
    assert text.count("j1") == 1


async def test_the_newest_job_is_found_on_the_first_page() -> None:
    pages: list[str | None] = []
    app = FastAPI()

    @app.get("/v1/fine_tuning/jobs")
    async def jobs(limit: int, after: str | None = None) -> Response:
        pages.append(after)
        start = int(after or 0)
        found = [JOB | {"id": str(start + n + 1)} for n in range(limit)]
        return raw({"data": found, "has_more": start < 1000})

    _, text = await of(app, lambda a, o: actions.show(a, o, None))
    assert text.startswith("1\n")
    assert pages == [None]


async def test_what_a_provider_says_cannot_act_on_the_terminal() -> None:
    bad = "ft:[/x]\x1b[31mred\nline"
    job = {"fine_tuned_model": bad, "user_provided_suffix": bad, "error": {"message": bad}}
    for work in (show, table, follow):
        _, text = await of(provider(job), work)
        assert "\x1b" not in text
        assert "[/x] [31mred line" in text


async def test_no_id_is_cut_on_a_narrow_terminal() -> None:
    name = "ft:gpt-4.1-mini-2025-04-14:org:apprentice-1234567:AbCdEf"
    _, text = await of(provider({"fine_tuned_model": name}), table, width=30)
    assert name in text


@pytest.mark.parametrize("job_id", ["", " ", ".."])
async def test_an_id_that_names_nothing_is_refused(openai_stub: OpenAIStub, job_id: str) -> None:
    with pytest.raises(InputError, match="an id is needed"):
        await said(openai_stub.url, lambda a, o: actions.watch(a, o, job_id))
    assert openai_stub.requests == []


@pytest.mark.parametrize("key", ["sk-…", "sk-a\nb"])
async def test_a_key_that_cannot_be_one_is_refused_before_anything_is_asked(key: str) -> None:
    with pytest.raises(InputError, match="OPENAI_API_KEY"):
        async with at("http://127.0.0.1:9/v1/", openai_api_key=key):
            pass


async def test_a_key_with_a_line_end_is_the_key(openai_stub: OpenAIStub) -> None:
    async with at(openai_stub.url, openai_api_key="sk-x\n") as opened:
        assert [job async for job in opened.watched.jobs()] == []


async def test_an_answer_that_drips_is_given_up() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")
        for _ in range(200):
            writer.write(b" ")
            await asyncio.sleep(0.02)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    async with server, openai.AsyncOpenAI(api_key="k", base_url=url, max_retries=0) as client:
        with pytest.raises(ProviderUnavailable, match=r"within 0\.3 s"):
            await OpenAIJobs(client, within=0.3).job("j1")


async def test_a_change_that_a_provider_does_not_know_is_not_called_a_missing_job(
    openai_stub: OpenAIStub,
) -> None:
    openai_stub.jobs["ftjob-1"] = TuningJob("ftjob-1", {"model": "b", "training_file": "f"})
    openai_stub.fault("POST /v1/fine_tuning/jobs/ftjob-1/pause", status=404)
    with pytest.raises(Exception, match="or no way to pause it"):
        await said(openai_stub.url, lambda a, o: actions.pause(a, o, "ftjob-1"))


async def test_documents_with_half_a_character_are_json(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Output(True).result({"said": "cut \ud83d", "whole": "鉄"})
    assert json.loads(capsys.readouterr().out) == {"said": "cut \ud83d", "whole": "鉄"}


async def test_a_refusal_cannot_act_on_the_terminal(openai_stub: OpenAIStub) -> None:
    openai_stub.fault("GET /v1/fine_tuning", status=400, message="no\x1b[31m\nmore")
    with pytest.raises(ProviderError, match=r"the provider said 400: no \[31m more"):
        await said(openai_stub.url, show)
