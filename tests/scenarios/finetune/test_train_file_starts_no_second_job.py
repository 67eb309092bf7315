"""`finetune train FILE` starts one job, whatever the provider forgets, loses or is slow to say."""

import asyncio
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from rich.console import Console
from typer.testing import CliRunner

from finetune import InputError, NotFound, ProviderUnavailable, RunRefused, Settings
from finetune.bootstrap import Account, account
from finetune.cli import app
from finetune.commands import job_following, train_file
from finetune.commands.output import Output
from finetune.commands.train_options import Options
from finetune.errors import ProviderError
from finetune.jobs import starting, uploading
from finetune.jobs.job import Job
from finetune.jobs.trouble import Backoff
from tests.fakes.openai_account import OpenAIStub, TuningJob
from tests.fakes.serving import served

pytestmark = pytest.mark.anyio
CREATE = "POST /v1/fine_tuning/jobs"
SAID = Options(yes=True)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for long."""
    monkeypatch.setattr(starting, "BETWEEN_LOOKS", 0.05)
    monkeypatch.setattr(starting, "DOUBT", 1.0)
    monkeypatch.setattr(uploading, "BETWEEN_LOOKS", 0.05)


@pytest.fixture
def stub(openai_stub: OpenAIStub) -> OpenAIStub:
    openai_stub.polls = None
    return openai_stub


def rows(folder: Path, count: int = 12, name: str = "faq.jsonl") -> Path:
    path = folder / name
    turns = [
        [{"role": r, "content": f"{r} {n}"} for r in ("user", "assistant")] for n in range(count)
    ]
    path.write_text("".join(json.dumps({"messages": turn}) + "\n" for turn in turns))
    return path


class Terminal:
    """`finetune train` in this process: starting another takes seconds."""

    def __init__(self, url: str, folder: Path, **changes: Any) -> None:
        values = {"openai_base_url": url, "openai_api_key": "k", "base_model": "base"}
        self.settings = Settings.model_validate(values | {"data_dir": folder / "data"} | changes)
        self.text = io.StringIO()
        console = Console(file=self.text, width=200)
        self.output = Output(False, console, console)

    async def train(self, path: Path, options: Options = SAID) -> Job:
        async with asyncio.timeout(20), account(self.settings) as opened:
            return (await self.started(opened, path, options))[0]

    async def started(
        self, opened: Account, path: Path, options: Options = SAID
    ) -> tuple[Job, bool]:
        opened.starter.backoff = opened.uploader.backoff = Backoff(0.01, 0.02)
        training = train_file.read(path, options, self.output)
        held = options.validation and train_file.read(options.validation, options, self.output)
        order = train_file.order_of(options).model_copy(
            update={
                "training": training.sha256,
                "validation": held.sha256 if held else None,
                "model": options.model or "base",
            }
        )
        return await train_file.started(opened, order, (training, held), options, self.output)


@pytest.fixture
def here(stub: OpenAIStub, tmp_path: Path) -> Terminal:
    return Terminal(stub.url, tmp_path)


class Late(dict[str, TuningJob]):
    """Jobs that a provider lists, or even knows by their id, only when it is told to."""

    by_id = False
    listed = False

    def values(self) -> Any:
        return super().values() if self.listed else []

    def __contains__(self, job_id: object) -> bool:
        return super().__contains__(job_id) and (self.listed or not self.by_id)


async def test_two_terminals_at_once_start_one_job(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    hold = stub.hold(CREATE)
    first = asyncio.create_task(here.train(rows(tmp_path)))
    await hold.reached.wait()
    with pytest.raises(RunRefused, match="another terminal is starting this"):
        await here.train(rows(tmp_path))
    with pytest.raises(RunRefused, match="another terminal is starting a job on base"):
        await here.train(rows(tmp_path), SAID._replace(seed=5))
    hold.release()
    await first
    assert len(stub.jobs) == len(stub.files) == 1


async def killed_after_creation(stub: OpenAIStub, here: Terminal, path: Path) -> None:
    hold = stub.hold(CREATE)
    command = asyncio.create_task(here.train(path))
    await hold.reached.wait()
    command.cancel()
    with pytest.raises(asyncio.CancelledError):
        await command
    hold.release()


async def test_killed_after_the_creation_it_looks_until_the_provider_lists_the_job(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    late = stub.jobs = Late()
    await killed_after_creation(stub, here, rows(tmp_path))
    assert "The same command finds it" in here.text.getvalue()
    again = asyncio.create_task(here.train(rows(tmp_path)))
    await asyncio.sleep(0.4)
    assert not again.done()
    late.listed = True
    assert (await again).id == "ftjob-1"
    assert len(late) == 1
    assert "asked for just now" in here.text.getvalue()


async def test_what_was_never_made_is_made_after_a_while(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    stub.fault(CREATE, status=503, message="overloaded")
    with pytest.raises(ProviderUnavailable, match="the same command looks for it first"):
        await here.train(rows(tmp_path))
    assert (await here.train(rows(tmp_path))).id == "ftjob-1"


async def test_a_job_that_is_known_by_its_id_only_is_found_again(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    stub.jobs = Late()
    await here.train(rows(tmp_path))
    assert (await here.train(rows(tmp_path))).id == "ftjob-1"
    assert stub.requests.count(CREATE) == 1


async def test_a_job_that_is_not_known_even_by_its_id_yet_is_followed(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    late = stub.jobs = Late()
    late.by_id = True
    async with account(here.settings) as opened:
        job, made = await here.started(opened, rows(tmp_path))
        assert made
        with pytest.raises(NotFound):
            await job_following.follow(opened.watched, job.id, here.output, 0.05)
        following = asyncio.create_task(
            job_following.follow(opened.watched, job.id, here.output, 0.05, just_made=True)
        )
        await asyncio.sleep(0.3)
        late.listed, stub.polls = True, 1
        assert await following == 0


@pytest.mark.parametrize("change", ["epochs", "validation", "seed", "method"])
async def test_without_metadata_other_settings_under_the_same_suffix_are_another_job(
    stub: OpenAIStub, here: Terminal, tmp_path: Path, change: str
) -> None:
    stub.keeps_metadata = False
    first = SAID._replace(suffix="faq", epochs=3, seed=1, force=True)
    await here.train(rows(tmp_path), first)
    value: Any = {"validation": rows(tmp_path, 15, "v.jsonl")}.get(change, 9)
    if change == "method":
        stub.jobs["ftjob-1"].request["method"] = {"type": "dpo", "dpo": {}}
        elsewhere = Terminal(stub.url, tmp_path / "elsewhere")
        job = await elsewhere.train(rows(tmp_path), first)
    else:
        elsewhere = Terminal(stub.url, tmp_path / "elsewhere")  # without notes
        job = await elsewhere.train(rows(tmp_path), first._replace(**{change: value}))
    assert job.id == "ftjob-2"
    assert (await elsewhere.train(rows(tmp_path), first)).id in {"ftjob-1", "ftjob-2"}
    assert len(stub.jobs) == 2


async def test_without_metadata_fewer_settings_are_told_apart_by_the_notes(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    stub.keeps_metadata = False
    await here.train(rows(tmp_path), SAID._replace(suffix="faq", epochs=3))
    job = await here.train(rows(tmp_path), SAID._replace(suffix="faq", force=True))
    assert job.id == "ftjob-2"


@pytest.mark.parametrize("extra", [None, '{"suffix": "mine"}', '{"metadata": null}'])
async def test_without_metadata_a_renamed_file_is_the_same_file_and_job(
    stub: OpenAIStub, here: Terminal, tmp_path: Path, extra: str | None
) -> None:
    stub.keeps_metadata = False
    options = SAID._replace(extra_body=extra)
    await here.train(rows(tmp_path), options)
    elsewhere = Terminal(stub.url, tmp_path / "elsewhere")
    assert (await elsewhere.train(rows(tmp_path, name="new.jsonl"), options)).id == "ftjob-1"
    assert len(stub.files) == 1


async def test_an_alias_and_its_dated_model_are_one_base(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    mini = SAID._replace(model="gpt-4.1-mini")
    await here.train(rows(tmp_path), mini)
    stub.job.request["model"] = "gpt-4.1-mini-2025-04-14"
    with pytest.raises(RunRefused, match="ftjob-1 is under way"):
        await here.train(rows(tmp_path), mini._replace(seed=2))
    await here.train(rows(tmp_path), mini._replace(model="gpt-4.1"))


async def test_jobs_without_a_time_that_were_noted_count_for_the_day(
    stub: OpenAIStub, tmp_path: Path
) -> None:
    here = Terminal(stub.url, tmp_path, jobs_per_day=2)
    for seed in (1, 2):
        job = await here.train(rows(tmp_path), SAID._replace(seed=seed))
        stub.jobs[job.id].created_at = 0
        stub.jobs[job.id].status = "failed"
    with pytest.raises(RunRefused, match="2 jobs were made in the last 24 hours"):
        await here.train(rows(tmp_path), SAID._replace(seed=3))


@pytest.mark.parametrize(
    "answer",
    ["<html>portal</html>", "null", '{"status": "queued"}'],
    ids=["portal", "null", "no id"],
)
async def test_an_answer_that_names_no_job_has_the_job_looked_for(
    tmp_path: Path, answer: str
) -> None:
    jobs: list[dict[str, Any]] = []
    odd = FastAPI()

    @odd.get("/v1/files")
    async def files() -> dict[str, Any]:
        return {"data": []}

    @odd.post("/v1/files")
    async def upload() -> dict[str, Any]:
        return {"id": "file-1"}

    @odd.get("/v1/fine_tuning/jobs")
    async def listed() -> dict[str, Any]:
        return {"data": jobs}

    @odd.post("/v1/fine_tuning/jobs")
    async def create(request: Request) -> Response:
        jobs.append({"id": "j9", "status": "queued", **await request.json()})
        kind = "text/html" if answer.startswith("<") else "application/json"
        return Response(answer, media_type=kind)

    async with served(odd) as url:
        assert (await Terminal(f"{url}/v1/", tmp_path).train(rows(tmp_path))).id == "j9"
    assert len(jobs) == 1


async def test_a_provider_that_is_asked_too_much_is_asked_again(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    stub.fault(CREATE, status=429, times=2)
    assert (await here.train(rows(tmp_path))).id == "ftjob-1"
    assert stub.requests.count(CREATE) == 3


async def test_one_failure_at_the_end_of_an_upload_is_passed_over(
    stub: OpenAIStub, tmp_path: Path
) -> None:
    stub.fault("POST /v1/uploads/upload_1/complete", status=503, times=2)
    here = Terminal(stub.url, tmp_path, upload_in_parts_above=300)
    assert (await here.train(rows(tmp_path))).id == "ftjob-1"


async def test_a_file_that_is_being_read_is_waited_for_with_a_word_and_not_for_ever(
    stub: OpenAIStub, here: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.train(rows(tmp_path))
    (file,) = stub.files.values()
    file.status = "pending"
    other = SAID._replace(seed=3, force=True)
    waiting = asyncio.create_task(here.train(rows(tmp_path), other))
    await asyncio.sleep(0.5)
    file.status = "processed"
    assert (await waiting).id == "ftjob-2"
    assert "the provider is reading it" in here.text.getvalue()
    file.status = "pending"
    monkeypatch.setattr(uploading, "LONGEST_READING", 0.2)
    with pytest.raises(ProviderUnavailable, match="run the same command later"):
        await here.train(rows(tmp_path), other._replace(seed=4))
    assert len(stub.files) == 1


@pytest.mark.parametrize("status", ["failed", "deleted", "error"])
async def test_a_file_that_cannot_be_used_is_uploaded_anew(
    stub: OpenAIStub, here: Terminal, tmp_path: Path, status: str
) -> None:
    await here.train(rows(tmp_path))
    stub.files["file-1"].status = status
    job = await here.train(rows(tmp_path), SAID._replace(seed=3, force=True))
    assert job.training_file == "file-2"


async def test_ctrl_c_while_a_file_is_being_read_says_that_it_is_uploaded(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    await here.train(rows(tmp_path))
    stub.files["file-1"].status = "pending"
    waiting = asyncio.create_task(here.train(rows(tmp_path), SAID._replace(seed=3, force=True)))
    await asyncio.sleep(0.3)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert "is uploaded. The same command" in here.text.getvalue()
    assert "Not uploaded" not in here.text.getvalue()


async def test_a_file_that_is_edited_meanwhile_is_not_stored_under_its_old_hash(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    path = rows(tmp_path)
    hold = stub.hold("GET /v1/fine_tuning/jobs")
    command = asyncio.create_task(here.train(path))
    await hold.reached.wait()
    path.write_text(path.read_text().replace("user 3", "user X"))
    hold.release()
    with pytest.raises(InputError, match="was changed meanwhile"):
        await command
    assert stub.files == {}


async def test_a_refusal_for_good_leaves_nothing_to_wait_for(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    stub.unknown_models.add("base")
    with pytest.raises(ProviderError, match="cannot be fine-tuned"):
        await here.train(rows(tmp_path))
    stub.unknown_models.clear()
    await here.train(rows(tmp_path))
    assert "asked for just now" not in here.text.getvalue()


async def test_a_second_job_that_was_asked_for_and_lost_is_not_the_first(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    await here.train(rows(tmp_path))
    again = SAID._replace(again=True, force=True)
    stub.fault(CREATE, status=500)
    with pytest.raises(ProviderUnavailable):
        await here.train(rows(tmp_path), again)
    assert len(stub.jobs) == 1


async def test_a_folder_that_is_a_file_is_named(stub: OpenAIStub, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    with pytest.raises(InputError, match=r"cannot write .*taken.*DATA_DIR"):
        await Terminal(stub.url, tmp_path, data_dir=taken).train(rows(tmp_path))
    assert stub.files == {}


@pytest.fixture
def in_a_folder(tmp_path: Path) -> Iterator[Path]:
    before = Path.cwd()
    os.chdir(tmp_path)
    yield tmp_path
    os.chdir(before)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["faq.jsonl", "--extra-body", '{"x": NaN}'], 2, "no JSON"),
        (["faq.jsonl", "--extra-body", '{"model": "x"}'], 2, "use --model"),
        (["faq.jsonl", "--extra-body", '{"training_file": "x"}'], 2, "name the FILE"),
        (["faq.jsonl", "--learning-rate-multiplier", "inf"], 2, "takes a number"),
        (["faq.jsonl", "--suffix", "x" * 200], 2, "1 to 64 characters"),
        (["--seed", "0"], 2, "--seed needs a FILE"),
        (["--beta", "0"], 2, "--beta needs a FILE"),
        (["."], 1, "is a folder"),
        (["table.csv"], 1, "finetune prepare table.csv -o table.jsonl"),
    ],
)
def test_what_cannot_be_trained_is_said_before_anything_is_asked(
    in_a_folder: Path, arguments: list[str], code: int, said: str
) -> None:
    rows(in_a_folder)
    (in_a_folder / "table.csv").write_text("prompt,completion\na,b\n")
    ended = CliRunner().invoke(app, ["train", *arguments], env={"COLUMNS": "200"})
    assert ended.exit_code == code, ended.output
    assert said in ended.output


async def test_a_job_that_was_noted_and_is_not_known_yet_is_waited_for(
    stub: OpenAIStub, here: Terminal, tmp_path: Path
) -> None:
    late = stub.jobs = Late()
    late.by_id = True
    await here.train(rows(tmp_path))
    again = asyncio.create_task(here.train(rows(tmp_path)))
    await asyncio.sleep(0.3)
    late.listed = True
    assert (await again).id == "ftjob-1"
    assert stub.requests.count(CREATE) == 1
