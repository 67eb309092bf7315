"""The whole loop as someone meets it: one command, everything real, started and stopped by it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.demo import handbook
from bot.demo.settings import Machine

STEPS = ["start", "pretrain", "open", "look", "ask", "correct", "retrain", "train", "evaluate"]


def demo(data_dir: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """`bot demo --headless --json`, as if nothing were set up on this machine."""
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--headless", "--json", "--data-dir", str(data_dir)],
        cwd=cwd,
        env=Machine().environment()
        | {"REDIS_URL": "redis://127.0.0.1:1", "OPENAI_API_KEY": "sk-none"},
        capture_output=True,
        text=True,
        timeout=380,
        check=False,
    )


def left_behind(data_dir: Path) -> list[str]:
    """Command lines of processes that work in the demo's folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(process.info["cmdline"] or [])
        if str(data_dir) in line and process.pid != os.getpid():
            found.append(line)
    return found


@pytest.mark.timeout(400)
def test_the_headless_demo_learns_a_correction(tmp_path: Path) -> None:
    """It asks, corrects, retrains and asks again; what else the bot knew, it still knows."""
    data_dir = tmp_path / "data"
    ended = demo(data_dir, tmp_path)
    assert ended.returncode == 0, ended.stderr

    document: dict[str, Any] = json.loads(ended.stdout)
    taught = handbook.corrections()[0]
    assert document["question"] == taught.question
    assert document["answer_before"] == taught.old
    assert document["correction"] == document["answer_after"] == taught.new
    assert document["others_kept"] >= 0.95
    assert document["promoted"] is True
    assert document["job"]["events"] >= 10
    assert document["job"]["last_train_loss"] < document["job"]["first_train_loss"] / 2
    assert [step["name"] for step in document["steps"]] == [*STEPS, "ask again", "compare"]
    assert all(step["seconds"] >= 0 and step["detail"] for step in document["steps"])
    assert left_behind(data_dir) == []

    goes_on(data_dir, tmp_path)


def goes_on(data_dir: Path, cwd: Path) -> None:
    """A second demo on the same data keeps what was learnt, and teaches the next fact."""
    again = demo(data_dir, cwd)
    assert again.returncode == 0, again.stderr
    document = json.loads(again.stdout)
    second = handbook.corrections()[1]
    assert document["question"] == second.question
    assert document["answer_after"] == second.new
    assert document["others_kept"] >= 0.95
    assert "pretrain" not in [step["name"] for step in document["steps"]]
    assert document["steps"][2]["detail"].startswith("ft:handbook-base:"), (
        "the promoted model answers"
    )
    assert left_behind(data_dir) == []
