"""`finetune train FILE` and `finetune jobs …` against the trainer, as against any provider."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.scenarios.trainer.running_trainer import BASE, KEY, TAUGHT, Trainer, environment, rows


def finetune(trainer: Trainer, folder: Path, *arguments: str) -> Any:
    """The document that a command prints."""
    ours = {
        "OPENAI_BASE_URL": trainer.url,
        "OPENAI_API_KEY": KEY,
        "BASE_MODEL": BASE,
        "DATA_DIR": str(folder / "data"),
        "POLL_SECONDS": "0.2",
        "JOBS_PER_DAY": "1000",  # others use the same server
        "UPLOAD_IN_PARTS_ABOVE": "100",  # which the trainer does not know: whole, then
    }
    done = subprocess.run(
        [sys.executable, "-m", "finetune", *arguments, "--json"],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment() | ours,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) | {"said": done.stderr}


def test_a_file_is_uploaded_trained_on_followed_and_read_again(
    trainer: Trainer, tmp_path: Path
) -> None:
    file, curves = tmp_path / "rules.jsonl", tmp_path / "curves.png"
    file.write_bytes(rows(TAUGHT))
    job = finetune(
        trainer, tmp_path, "train", str(file), "--epochs", "1", "--validation", file.name
    )
    model = job["fine_tuned_model"]
    assert job["status"] == "succeeded"
    told = [line.split("  ", 1)[1] for line in job["said"].splitlines() if line[:2] == "20"]
    events = finetune(trainer, tmp_path, "jobs", "events", job["id"])["events"]
    assert told == [event["message"] for event in events]
    assert any(message.startswith("Step 1/") for message in told)

    assert (
        finetune(trainer, tmp_path, "train", str(file), "--epochs", "1", "--validation", file.name)[
            "id"
        ]
        == job["id"]
    )
    found = finetune(trainer, tmp_path, "jobs", "results", "--plot", str(curves))
    assert found["columns"][:2] == ["step", "train_loss"]
    assert found["summary"]["train_loss"]["last"] > 0
    assert curves.read_bytes().startswith(b"\x89PNG")
    (newest, *_) = finetune(trainer, tmp_path, "jobs", "checkpoints")["checkpoints"]
    assert newest["model"].startswith(model)
    assert finetune(trainer, tmp_path, "jobs", "cancel", job["id"])["status"] == "succeeded"
    gone = finetune(trainer, tmp_path, "jobs", "delete-model", job["id"], "--yes")
    assert (gone["model"], gone["deleted"]) == (model, True)
