"""`finetune jobs list | show | events | cancel | pause | resume | checkpoints | results | …`."""

import asyncio
import fcntl
import io
import json
import os
import pty
import sys
import termios
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from finetune import Settings
from finetune.bootstrap import Account, account
from finetune.cli import app
from finetune.commands import job_actions as actions
from finetune.commands.output import Output
from finetune.errors import InputError, NotFound
from tests.fakes.openai_account import TuningJob
from tests.fakes.openai_stub import OpenAIStub

pytestmark = pytest.mark.anyio
NOTHING = actions.Wanted(plot=None, csv=None, rows=5)
CSV = "step,train_loss,train_accuracy,valid_loss\n" + "".join(
    f"{step},{10 / step:.3f},{step / 40:.3f},{9.5 / step if step % 10 == 0 else ''}\n"
    for step in range(1, 41)
)


@pytest.fixture
async def provider(settings: Settings) -> AsyncIterator[Account]:
    async with account(settings) as opened:
        yield opened


@pytest.fixture
def stub(openai_stub: OpenAIStub) -> OpenAIStub:
    """Two jobs: one that has succeeded, and a newer one under way."""
    openai_stub.polls, openai_stub.results = None, CSV.encode()
    for number in (1, 2):
        request = {"model": "base", "training_file": "file-1", "hyperparameters": {"n_epochs": 3}}
        openai_stub.jobs[f"ftjob-{number}"] = TuningJob(f"ftjob-{number}", request)
    openai_stub.jobs["ftjob-1"].checkpoint(20, train_loss=0.5)
    openai_stub.finish("ftjob-1", "ft:base:team::1")
    return openai_stub


def screen() -> tuple[Output, io.StringIO]:
    text = io.StringIO()
    return Output(False, Console(file=text, width=100), Console(file=io.StringIO())), text


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


async def test_jobs_are_listed_and_shown(
    provider: Account, stub: OpenAIStub, capsys: pytest.CaptureFixture[str]
) -> None:
    output, text = screen()
    assert await actions.listed(provider, output, 20) == 0
    assert await actions.show(provider, output, "ftjob-1") == 0
    shown = text.getvalue()
    assert shown.index("ftjob-2") < shown.index("ftjob-1")
    assert "model: ft:base:team::1" in shown
    assert "settings: n_epochs=3" in shown
    await actions.listed(provider, Output(True), 1)
    assert [job["id"] for job in document(capsys)["jobs"]] == ["ftjob-2"]


async def test_events_are_printed_oldest_first(
    provider: Account, stub: OpenAIStub, capsys: pytest.CaptureFixture[str]
) -> None:
    for step in range(250):
        stub.jobs["ftjob-1"].note(f"Step {step}", step=step, train_loss=1.5)
    await actions.events(provider, Output(True), "ftjob-1", None)
    events = document(capsys)["events"]
    assert [event["message"] for event in events[1:]] == [f"Step {n}" for n in range(250)]
    output, text = screen()
    await actions.events(provider, output, "ftjob-1", 2)
    assert [line.split("  ")[1] for line in text.getvalue().splitlines()] == [
        "Step 248: train_loss=1.5",
        "Step 249: train_loss=1.5",
    ]


async def test_without_an_id_the_job_under_way_is_changed(
    provider: Account, stub: OpenAIStub
) -> None:
    output, text = screen()
    await actions.pause(provider, output, None)
    assert stub.jobs["ftjob-2"].status == "paused"
    await actions.resume(provider, output, None)
    assert stub.jobs["ftjob-2"].status == "running"
    await actions.cancel(provider, output, None)
    assert stub.jobs["ftjob-2"].status == "cancelled"
    assert "to go on: finetune jobs resume ftjob-2" in text.getvalue()
    with pytest.raises(NotFound, match="no job is under way; see: finetune jobs list"):
        await actions.cancel(provider, output, None)


async def test_of_several_jobs_under_way_none_is_guessed(
    provider: Account, stub: OpenAIStub
) -> None:
    stub.jobs["ftjob-3"] = TuningJob("ftjob-3", {"model": "base", "training_file": "file-1"})
    with pytest.raises(InputError, match="ftjob-3, ftjob-2"):
        await actions.cancel(provider, screen()[0], None)


async def test_results_are_a_table_curves_a_csv_and_a_png(
    provider: Account, stub: OpenAIStub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output, text = screen()
    wanted = actions.Wanted(plot=tmp_path / "c.png", csv=tmp_path / "r.csv", rows=2)
    assert await actions.results(provider, output, None, wanted) == 0
    shown = text.getvalue()
    assert "40 rows" in shown
    assert "…" in shown
    assert [line for line in shown.splitlines() if line in {"train_loss", "valid_loss"}]
    assert shown.count("┤") == 3 * 8  # three curves
    assert (tmp_path / "r.csv").read_text() == CSV
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match="never overwritten"):
        await actions.results(provider, output, None, wanted)
    await actions.results(provider, Output(True), "ftjob-1", NOTHING)
    found = document(capsys)
    assert found["summary"]["train_loss"] == {"first": 10.0, "last": 0.25, "min": 0.25, "max": 10.0}
    assert len(found["rows"]) == 40
    with pytest.raises(NotFound, match="ftjob-2 has no result file: it is running"):
        await actions.results(provider, output, "ftjob-2", NOTHING)


async def test_checkpoints_are_named_with_what_was_measured(
    provider: Account, stub: OpenAIStub
) -> None:
    output, text = screen()
    await actions.checkpoints(provider, output, "ftjob-1")
    assert "ckpt-step-20" in text.getvalue()
    assert "train_loss" in text.getvalue()


async def test_the_model_of_a_job_is_deleted(provider: Account, stub: OpenAIStub) -> None:
    model = await actions.model_of(provider, "ftjob-1")
    await actions.delete_model(provider, screen()[0], model)
    assert stub.deleted_models == ["ft:base:team::1"]
    with pytest.raises(NotFound, match="made no model"):
        await actions.model_of(provider, "ftjob-2")


async def test_cells_of_any_text_are_printed_as_they_are(
    provider: Account, stub: OpenAIStub
) -> None:
    file = stub.result_files["file-results-ftjob-1"]
    content = b"step,train_loss,[/x]\n1,2.5,[red]a\x1b[31m[/b]\n"
    stub.result_files[file.file_id] = replace(file, content=content)
    output, text = screen()
    assert await actions.results(provider, output, "ftjob-1", NOTHING) == 0
    assert "[red]a [31m[/b]" in text.getvalue()
    assert "\x1b" not in text.getvalue()


async def test_nothing_is_written_when_one_output_is_there_or_both_are_the_same(
    provider: Account, stub: OpenAIStub, tmp_path: Path
) -> None:
    plot, csv = tmp_path / "c.png", tmp_path / "r.csv"
    csv.write_text("mine")
    for wanted in (actions.Wanted(plot, csv, 2), actions.Wanted(plot, plot, 2)):
        with pytest.raises(InputError):
            await actions.results(provider, screen()[0], "ftjob-1", wanted)
    assert [path.name for path in tmp_path.glob("*.*")] == ["r.csv"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--epochs", "3"], "--epochs needs a FILE"),
        (["--again"], "--again needs a FILE"),
        (["rows.jsonl", "--workspace", "T1"], "do not go together"),
        (["rows.jsonl", "--beta", "0.1"], "--method dpo"),
        (["rows.jsonl", "--metadata", "team"], "NAME=VALUE"),
        (["rows.jsonl", "--extra-body", "{"], "no JSON"),
        (["rows.jsonl", "--extra-body", "[1]"], "JSON object"),
        (["rows.jsonl", "--epochs", "0"], "--epochs"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(arguments: list[str], said: str) -> None:
    ended = CliRunner().invoke(app, ["train", *arguments], env={"COLUMNS": "200"})
    assert ended.exit_code == 2
    assert said in ended.output


def test_a_file_that_cannot_be_used_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    bad = tmp_path / "rows.jsonl"
    bad.write_text("{}\n")
    ended = CliRunner().invoke(app, ["train", str(bad)], env={"COLUMNS": "200"})
    assert ended.exit_code == 1
    assert "line 1: no `messages`" in ended.stderr
    assert "finetune check" in ended.stderr
    missing = CliRunner().invoke(app, ["train", str(tmp_path / "no.jsonl")])
    assert missing.exit_code == 1
    assert "there is no such file" in missing.stderr


async def test_a_model_is_deleted_only_when_that_is_confirmed_and_ctrl_c_says_no(
    stub: OpenAIStub, tmp_path: Path
) -> None:
    ours, theirs = pty.openpty()
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "finetune", "jobs", "delete-model", "ftjob-1"),
        env={"PATH": "/usr/bin:/bin", "OPENAI_BASE_URL": stub.url, "OPENAI_API_KEY": "k"},
        cwd=tmp_path,
        stdin=theirs,
        stdout=theirs,
        stderr=asyncio.subprocess.PIPE,
        preexec_fn=lambda: (os.setsid(), fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)),
    )
    assert command.stderr is not None
    await command.stderr.readuntil(b"[y/N]")
    os.write(ours, b"\x03")
    assert await asyncio.wait_for(command.wait(), 10) == 130
    assert stub.deleted_models == []
    os.close(ours)
    os.close(theirs)


def test_without_a_terminal_a_deletion_has_to_be_said(tmp_path: Path) -> None:
    ended = CliRunner().invoke(app, ["jobs", "delete-model", "ft:x"], env={"OPENAI_API_KEY": "k"})
    assert ended.exit_code == 1
    assert "add --yes" in ended.stderr
