"""The folder of one distillation: what was ordered, every answer paid for, and the finished files.

OUTDIR/settings.json   what was ordered; another order needs another folder
OUTDIR/calls.sqlite    each answer, kept the moment it arrives
OUTDIR/train.jsonl, test.jsonl, report.json   appear together when all is done
"""

import fcntl
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from finetune.errors import InputError
from finetune.files import refuse_existing, written, written_together

Row = dict[str, Any]


class Folder:
    """One OUTDIR, held by this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.calls = path / "calls.sqlite"
        self.train = path / "train.jsonl"
        self.test = path / "test.jsonl"
        self._settings = path / "settings.json"
        self._report = path / "report.json"

    def order(self, wanted: dict[str, Any]) -> dict[str, Any] | None:
        """The report of exactly this order when it is finished, else None.

        Raises InputError when the folder holds another order, or files that are not ours.
        """
        if not self._settings.exists():
            refuse_existing([self.train, self.test, self._report])
            with written(self._settings) as file:
                file.write(_json(wanted))
            return None
        known = _read(self._settings)
        differing = sorted(name for name in wanted | known if wanted.get(name) != known.get(name))
        if differing:
            raise InputError(
                f"{self.path} holds another order (it differs in {', '.join(differing)}); choose "
                f"another folder with -o, and copy {self.calls.name} there to pay for no call twice"
            )
        if self._report.exists():
            return _read(self._report)
        for left in (self.train, self.test):  # a kill between the names of one finished set
            left.unlink(missing_ok=True)
        return None

    def finish(self, train: Sequence[Row], test: Sequence[Row], report: dict[str, Any]) -> None:
        """All files appear, the report last. Raises InputError."""
        parts = [(self.train, _jsonl(train)), (self.test, _jsonl(test))]
        parts = [*(part for part in parts if part[1]), (self._report, _json(report))]
        with written_together([path for path, _ in parts]) as files:
            for file, (_, data) in zip(files, parts, strict=True):
                file.write(data)


@contextmanager
def held(path: Path) -> Iterator[Folder]:
    """The folder, made when absent. Raises InputError when it cannot be, or another one works there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise InputError(f"cannot write into {path}: {error.strerror or error}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(f"another finetune distill works in {path}; wait for it") from None
    else:
        yield Folder(path)
    finally:
        os.close(handle)


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"cannot read {path}: {error}") from None
    return found if isinstance(found, dict) else {}


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _jsonl(rows: Sequence[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
