"""`finetune check` as its users meet it: what stands where, and with which exit code."""

import copy
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from typer.testing import CliRunner, Result

from finetune.cli import app
from finetune.dataset.example import Message
from tests.unit.finetune.check.rows import TOOL, answer, call, chat, dpo, user, written

KEYS = {
    *("examples", "errors", "warnings", "missing_system", "missing_user", "messages", "tokens"),
    *("assistant_tokens", "over_limit", "epochs", "billed_tokens", "training_cost", "duplicates"),
    *("near_duplicates", "format"),
}
OF_A_DISTRIBUTION = {"total", "min", "max", "mean", "median", "p5", "p95"}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments])


def test_a_good_file_is_measured_and_priced(tmp_path: Path) -> None:
    file = written(tmp_path, *[chat(user(f"Question {n}?"), answer(f"{n}.")) for n in range(60)])
    told = run(str(file), "--json")
    found = json.loads(told.stdout)
    assert told.exit_code == 0
    assert set(found) >= KEYS
    assert all(set(found[name]) == OF_A_DISTRIBUTION for name in ("messages", "tokens"))
    assert (found["examples"], found["errors"], found["format"]) == (60, [], "chat")
    assert set(found["training_cost"]) == {"amount", "currency", "source", "as_of"}
    assert found["billed_tokens"] == 3 * found["tokens"]["total"]


def test_a_good_file_is_shown_with_the_next_command(tmp_path: Path) -> None:
    file = written(tmp_path, *[chat(user(f"Topic {n}?"), answer(f"{n}.")) for n in range(60)])
    told = run(str(file), "--model", "gpt-4.1-nano")
    assert told.exit_code == 0
    for text in ("60 examples", "No errors", "p95", "█", "epochs", "USD", "openai.com", "Next: "):
        assert text in told.stdout


def test_errors_are_listed_with_line_and_code_and_end_with_1(tmp_path: Path) -> None:
    file = written(tmp_path, chat(), b"{", chat(user()))
    told = run(str(file), "--json")
    assert told.exit_code == 1
    assert len(told.stderr.splitlines()) == 1
    assert "errors" in told.stderr
    found = json.loads(told.stdout)
    assert {(error["line"], error["code"]) for error in found["errors"]} == {
        (2, "bad_json"),
        (3, "no_assistant"),
    }
    assert all(error["message"] for error in found["errors"])
    shown = run(str(file))
    assert shown.exit_code == 1
    assert "bad_json" in shown.stdout
    assert "finetune prepare" in shown.stdout


def test_what_cannot_be_checked_is_said_in_one_line(tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    for file in (empty, tmp_path / "missing.jsonl", tmp_path):
        told = run(str(file), "--json")
        assert told.exit_code == 1
        assert len(told.stderr.splitlines()) == 1
        assert str(file) in told.stderr
    assert run(str(written(tmp_path, chat())), "--price", "cheap").exit_code == 1
    assert run(str(empty), "--format", "xml").exit_code == 2


def test_no_mutation_of_a_row_upsets_the_check(tmp_path: Path) -> None:
    chance = random.Random(7)
    tools = chat(user(), call(), {"role": "tool", "tool_call_id": "c1", "content": "sun"}, answer())
    for number in range(300):
        good = [{**tools, "tools": [TOOL]}, dpo(), {"prompt": "a", "completion": "b"}, chat()]
        row = _mutated(chance, copy.deepcopy(chance.choice(good)))
        told = run(str(written(tmp_path, good[number % 4], row)), "--json")
        assert told.exit_code in {0, 1}, row
        assert isinstance(told.exception, SystemExit | None), row
        assert json.loads(told.stdout)["examples"] >= 1


def _mutated(chance: random.Random, row: Any) -> Any:
    """The row with one to three of its values, at any depth, put in another's place or lost."""
    values: list[Any] = [None, True, 0, 2.5, "", "x", [], {}, ["x"], {"type": []}, [[]], -1, 10**30]
    for _ in range(chance.randint(1, 3)):
        at = row
        while isinstance(at, dict | list) and at:
            key: Any = chance.choice(list(at) if isinstance(at, dict) else range(len(at)))
            if chance.random() < 0.3 or not isinstance(at[key], dict | list) or not at[key]:
                at[key] = copy.deepcopy(chance.choice(values))
                if chance.random() < 0.2:
                    del at[key]
                break
            at = at[key]
    return row


def test_ctrl_c_ends_a_check_with_workers_at_once(tmp_path: Path) -> None:
    file = tmp_path / "large.jsonl"
    line = json.dumps(chat(user("How many days? " * 30), answer("Twenty. " * 30))) + "\n"
    file.write_text(line * 100_000)
    command = [sys.executable, "-m", "finetune", "check", str(file), "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    workers = waited_for_workers(process.pid)
    began = sum(one.cpu_times().user for one in workers)
    while sum(one.cpu_times().user for one in workers) < began + 0.2:
        time.sleep(0.01)  # until they are in the middle of their work
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the workers too
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert not out
    assert psutil.wait_procs(workers, timeout=20)[1] == []


def waited_for_workers(pid: int) -> list[psutil.Process]:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if len(workers := psutil.Process(pid).children()) >= 2:
            return workers
        time.sleep(0.01)
    raise AssertionError("no workers")


def test_the_model_is_that_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, chat())
    monkeypatch.setenv("BASE_MODEL", "gpt-3.5-turbo-0613")
    assert json.loads(run(str(file), "--json").stdout)["model"] == "gpt-3.5-turbo-0613"
    assert json.loads(run(str(file), "--json", "--model", "x").stdout)["model"] == "x"


def test_what_the_toolkit_exports_passes_its_own_check(tmp_path: Path) -> None:
    message = Message(role="user", content="Hi").wire()
    assert (
        json.loads(run(str(written(tmp_path, chat(message, answer()))), "--json").stdout)["errors"]
        == []
    )
