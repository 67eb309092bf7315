"""Interrupted while it works, `finetune prepare` leaves neither outputs nor temporary files."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.scenarios.finetune.test_prepare_mends_a_table import table

ALL = {f"t.prepared{side}.jsonl" for side in ("", "-train", "-validation")}


@pytest.mark.parametrize("after", [0.8, 1.6])
def test_ctrl_c_leaves_no_file(tmp_path: Path, after: float) -> None:
    rows = [(f"question {n} {'x' * 50}", f"answer {n} {'y' * 50}") for n in range(60_000)]
    source = table(tmp_path / "t.csv", rows)
    command = [sys.executable, "-m", "finetune", "prepare", str(source), "--yes"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    left = {path.name for path in tmp_path.iterdir()} - {"t.csv"}
    # All of them when the signal came while the command was leaving already.
    assert left in (set(), ALL) if process.returncode != 0 else left == ALL
