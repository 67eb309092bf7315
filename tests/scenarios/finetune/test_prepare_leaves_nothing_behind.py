"""Interrupted while it works, `finetune prepare` leaves neither outputs nor temporary files."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.scenarios.finetune.test_prepare_mends_a_table import table


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_ended_while_it_writes_it_takes_away_what_it_had_begun(
    tmp_path: Path, ended_by: signal.Signals
) -> None:
    """In the very moment that a temporary file lies there."""
    rows = [(f"question {n} {'x' * 50}", f"answer {n} {'y' * 50}") for n in range(60_000)]
    source = table(tmp_path / "t.csv", rows)
    command = [sys.executable, "-m", "finetune", "prepare", str(source), "--yes"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list(tmp_path.glob(".*.part")):
        time.sleep(0.005)
    process.send_signal(ended_by)
    _, said = process.communicate(timeout=60)
    assert "Traceback" not in said
    assert process.returncode == 128 + ended_by, said
    assert {path.name for path in tmp_path.iterdir()} == {"t.csv"}
