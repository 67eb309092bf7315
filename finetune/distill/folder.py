"""The folder of one distillation: what was ordered, every answer paid for, and the finished files.

OUTDIR/settings.json   what was ordered; once it is finished, another order needs another folder
OUTDIR/calls.sqlite    each answer, kept the moment it arrives
OUTDIR/train.jsonl, test.jsonl, report.json   appear together when all is done
OUTDIR/published.json  their hashes: no other file is ever removed
OUTDIR/unfinished.json   how it stood when it was given up
"""

import fcntl
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
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
        self._published = path / "published.json"
        self._unfinished = path / "unfinished.json"
        self.changed: list[str] = []  # what is ordered otherwise than when it was begun

    def order(self, wanted: dict[str, Any]) -> dict[str, Any] | None:
        """The report of exactly this order when it is finished, else None.

        Raises InputError when the folder holds another one that is finished, or files that are not
        ours. One that was not finished goes on as it is ordered now: answers are kept by question.
        """
        known = _read(self._settings) if self._settings.exists() else wanted
        self.changed = sorted(n for n in wanted | known if wanted.get(n) != known.get(n))
        if self.changed and self._report.exists():
            self._gather_calls()
            raise InputError(
                f"{self.path} holds another order (it differs in {', '.join(self.changed)}); choose "
                f"another folder with -o, and copy {self.calls.name} there to pay for no call twice"
            )
        published = _read(self._published) if self._published.exists() else {}
        finished = (self._settings.exists(), self._report.exists())
        if all((*finished, *((self.path / name).exists() for name in published))):
            return _read(self._report)
        self._clear(published)
        if self.changed or not self._settings.exists():
            self._settings.unlink(missing_ok=True)
            _write(self._settings, wanted)
        return None

    def give_up(self, report: dict[str, Any]) -> Path:
        """Say how it stands, in place of what was said before; the file's name."""
        self._unfinished.unlink(missing_ok=True)
        _write(self._unfinished, report)
        return self._unfinished

    def _clear(self, published: dict[str, Any]) -> None:
        """Remove what is left of a set that is not whole. Raises InputError: a file of the user's."""
        left = [path for path in (self.train, self.test, self._report) if path.exists()]
        refuse_existing([p for p in left if _hash(p.read_bytes()) != published.get(p.name)])
        for path in (*left, self._published):
            path.unlink(missing_ok=True)

    def _gather_calls(self) -> None:
        """After a kill, SQLite's last answers are in a file beside it: bring them into the one."""
        if self.calls.exists():
            with closing(sqlite3.connect(self.calls)) as database, suppress(sqlite3.Error):
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def finish(self, train: Sequence[Row], test: Sequence[Row], report: dict[str, Any]) -> None:
        """All files appear, the report last. Raises InputError."""
        parts = [(self.train, _jsonl(train)), (self.test, _jsonl(test))]
        parts = [*(part for part in parts if part[1]), (self._report, _json(report))]
        _write(self._published, {path.name: _hash(data) for path, data in parts})
        self._unfinished.unlink(missing_ok=True)
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


def _write(path: Path, document: dict[str, Any]) -> None:
    with written(path) as file:
        file.write(_json(document))


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _json(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _jsonl(rows: Sequence[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
