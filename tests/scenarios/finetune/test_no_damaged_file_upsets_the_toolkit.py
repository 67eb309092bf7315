"""Whatever a file looks like, `prepare` and `check` end with 0 or 1 and one line, and lose nothing.

FUZZ_FILES=10000 in the environment tries more files than every run of the suite does.
"""

import json
import os
import signal
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from finetune.commands.check import check
from finetune.commands.prepare import prepare
from finetune.commands.running import UNFORESEEN, explaining
from tests.fakes.damage import Damaged, damaged_files

SHARES = 4  # so that several workers share the files
FILES = int(os.environ.get("FUZZ_FILES", "400")) // SHARES
TWO = typer.Typer()  # the whole tree of commands takes longer to build than a small file to check
TWO.command()(explaining(check))
TWO.command()(explaining(prepare))
PATIENCE = 30  # seconds for one small file; it takes milliseconds


def run(*arguments: str) -> Result:
    signal.alarm(PATIENCE)  # SIGALRM ends the test: a hang
    try:
        return CliRunner().invoke(TWO, list(arguments))
    finally:
        signal.alarm(0)


def well_ended(result: Result) -> bool:
    """0 or 1; one document with 0, one line of reason with 1; never a traceback."""
    if result.exit_code not in {0, 1} or UNFORESEEN in result.stderr:
        return False
    if not isinstance(result.exception, SystemExit | None):
        return False
    if result.exit_code == 0:
        json.loads(result.stdout)
    return result.exit_code == 0 or bool(result.stderr.strip())


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("share", range(SHARES))
def test_damaged_files_are_explained(share: int, tmp_path: Path) -> None:
    for number, damaged in enumerate(damaged_files(FILES, seed=share)):
        folder = tmp_path / str(number)
        folder.mkdir()
        _try(folder, damaged)


def _try(folder: Path, damaged: Damaged) -> None:
    file, out = folder / damaged.name, folder / "out.jsonl"
    file.write_bytes(damaged.content)
    for arguments in (
        ("check", str(file), "--json"),
        ("prepare", str(file), "-o", str(out), "--yes", "--json"),
    ):
        result = run(*arguments)
        told = f"{arguments[0]} {damaged.name} after {damaged.damage}: {result.output[-600:]}"
        assert well_ended(result), f"{told} {result.exception!r} {damaged.content[:400]!r}"
    assert file.read_bytes() == damaged.content
    assert not [path for path in folder.iterdir() if path.name.endswith(".part")]
