"""`finetune jobs follow` and what happens between it and the provider."""

import asyncio
import io
import json
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest
from rich.console import Console

from finetune import Settings
from finetune.bootstrap import account
from finetune.commands import job_actions
from finetune.commands.output import Output
from finetune.errors import NotFound
from tests.fakes.cutting_proxy import CUT, PASS, PORTAL, RESET, cutting
from tests.fakes.openai_account import TuningJob
from tests.fakes.openai_stub import OpenAIStub
from tests.scenarios.finetune.conftest import Finetune

pytestmark = pytest.mark.anyio
STEPS = 230  # three pages of events


@pytest.fixture
def job(openai_stub: OpenAIStub) -> TuningJob:
    """A job under way that ends only when the test says so."""
    openai_stub.polls = None
    job = TuningJob("ftjob-1", {"model": "base", "training_file": "file-1"}, polled=0)
    openai_stub.jobs[job.job_id] = job
    return job


def quiet(stub: OpenAIStub, job: TuningJob) -> None:
    """Looking at the job adds no event."""
    stub.poll = lambda job: None  # type: ignore[method-assign]


async def test_a_connection_cut_twenty_times_loses_and_repeats_no_event(
    finetune: Finetune, openai_stub: OpenAIStub, job: TuningJob
) -> None:
    quiet(openai_stub, job)
    for step in range(STEPS):
        job.note(f"Step {step}/{STEPS}: training loss=1.0", step=step, train_loss=1.0)
    trouble = [RESET, CUT, 429, 500, CUT, CUT, PORTAL, CUT, 503, CUT] * 4
    plan = [each for made in trouble for each in (made, PASS)]
    async with cutting(openai_stub.url, plan) as proxy:
        command = await finetune("jobs", "follow", job.job_id, OPENAI_BASE_URL=proxy.url)
        while len(proxy.plan) > 10:
            await asyncio.sleep(0.01)
        job.note("The last step")
        openai_stub.finish(job.job_id, "ft:new")
        ended = await command.end()
        assert proxy.plan == []
        assert proxy.made.count(CUT) == 20
        assert {429, 500, 503} <= set(proxy.made)
    assert ended.code == 0, ended.err
    told = [line.split("  ", 1)[1] for line in ended.out.splitlines() if line[:2] == "20"]
    assert told == [event["message"] for event in job.events]
    assert len(told) == STEPS + 2
    assert "Traceback" not in ended.err
    failed = await finetune("jobs", "follow", job.job_id, "--json")
    openai_stub.fail(job.job_id, "no")
    ended = await failed.end()
    assert ended.code == 1
    assert json.loads(ended.out)["error"] == "no"  # one document and nothing else


async def test_ctrl_c_leaves_the_job_and_says_how_to_go_on(
    finetune: Finetune, openai_stub: OpenAIStub, job: TuningJob
) -> None:
    hold = openai_stub.hold("GET /v1/fine_tuning/jobs/ftjob-1/events")
    command = await finetune("jobs", "follow")
    await hold.reached.wait()
    command.process.send_signal(signal.SIGINT)
    ended = await command.end()
    assert ended.code == 130
    assert "finetune jobs follow ftjob-1" in ended.err
    assert "Traceback" not in ended.err
    assert job.status == "running"


@dataclass(frozen=True)
class Watched:
    """How following ended, in this process: starting another takes seconds."""

    code: int
    out: str
    err: str


@pytest.fixture
async def follow(settings: Settings) -> AsyncIterator[Callable[..., Awaitable[Watched]]]:
    async def run(job_id: str | None = "ftjob-1") -> Watched:
        out, err = io.StringIO(), io.StringIO()
        output = Output(False, Console(file=out, width=200), Console(file=err, width=200))
        code = await job_actions.watch(provider, output, job_id)
        return Watched(code, out.getvalue(), err.getvalue())

    async with account(settings) as provider:
        yield run


@pytest.fixture(autouse=True)
def poll_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLL_SECONDS", "0.05")


Follow = Callable[..., Awaitable[Watched]]


async def test_a_long_interruption_is_told_once_and_so_is_its_end(
    follow: Follow, openai_stub: OpenAIStub, job: TuningJob
) -> None:
    openai_stub.fault("GET /v1/fine_tuning", status=500, message="overloaded", times=6)
    openai_stub.polls = 1
    ended = await follow()
    assert ended.code == 0, ended.err
    assert ended.err.count("Connection lost") == 1
    assert ended.err.count("Connection is back") == 1
    assert "the provider said 500: overloaded" in ended.err


async def test_a_good_end_names_the_model_and_what_to_do_with_it(
    follow: Follow, openai_stub: OpenAIStub, job: TuningJob
) -> None:
    openai_stub.finish(job.job_id, "ft:base:team::1")
    ended = await follow(None)
    assert ended.code == 0
    assert "ftjob-1 succeeded: ft:base:team::1" in ended.out
    assert "finetune ask --model ft:base:team::1" in ended.out
    assert "finetune evaluate --candidate ft:base:team::1 --champion base" in ended.out


async def test_a_bad_end_says_why_in_one_plain_line_and_exits_with_1(
    follow: Follow, openai_stub: OpenAIStub, job: TuningJob
) -> None:
    openai_stub.fail(job.job_id, "row 3\nis \x1b[31mempty")
    ended = await follow()
    assert ended.code == 1
    assert "finetune: ftjob-1 failed: row 3 is [31mempty; start another one" in ended.err
    assert "\x1b" not in ended.out + ended.err


async def test_a_job_that_is_not_there_ends_the_following(follow: Follow) -> None:
    with pytest.raises(NotFound, match="the provider has no job ftjob-9"):
        await follow("ftjob-9")


async def test_the_place_in_the_queue_is_told(
    follow: Follow, openai_stub: OpenAIStub, job: TuningJob
) -> None:
    job.status, openai_stub.queue_length, openai_stub.polls = "queued", 2, 1
    ended = await follow()
    assert ended.code == 0, ended.err
    assert ended.out.index("Queue number: 1") < ended.out.index("Queue number: 0")
