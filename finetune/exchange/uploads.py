"""Uploaded files on their way in: a folder each under DATA_DIR, known by a random word to whoever sent
the file, and gone an hour later or once its rows are imported.

…/imports/<word>/about.json      whose it is, and what it was called
                 file/<name>     the upload, until it is imported
                 look.json       what was found in it; rows.jsonl: what can be imported
                 wanted          somebody said yes; brought.json: how far that is
                 order.json      which remedies were chosen
"""

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from finetune.dataset.disk import put, unwritable
from finetune.dataset.example import Frozen, Message
from finetune.errors import NotFound
from finetune.exchange.bringing import Brought
from finetune.exchange.look import FOUND, Look, Order
from finetune.exchange.looking import ROWS, read_ready

HOUR = 3600.0
MOST = 5  # files of one person at once; the oldest goes
T = TypeVar("T", bound=Frozen)
_WORD = re.compile(r"[A-Za-z0-9_-]{22}")
_ODD = re.compile(r"[^\w.() -]+")


class About(Frozen):
    """Whose upload, and what it was called; `at` in seconds since the epoch."""

    team: str
    user: str
    name: str
    size: int
    at: float


class Upload:
    """One of them."""

    def __init__(self, folder: Path, about: About) -> None:
        self.folder, self.about = folder, about

    @property
    def word(self) -> str:
        """What it is known by."""
        return self.folder.name

    @property
    def file(self) -> Path:
        """The upload itself."""
        return self.folder / "file" / self.about.name

    @property
    def rows(self) -> Path:
        """What can be imported."""
        return self.folder / ROWS

    @property
    def order(self) -> Order | None:
        """How it is to be looked at next; None once it is imported or before anybody asked."""
        return _read(self.folder / "order.json", Order)

    @property
    def look(self) -> Look | None:
        """What was found, by the order that stands."""
        look = _read(self.folder / FOUND, Look)
        return look if look is not None and look.order == self.order else None

    @property
    def wanted(self) -> bool:
        """Whether its rows are to be imported."""
        return (self.folder / "wanted").exists()

    def want(self) -> None:
        """Import them, now or after a restart."""
        put(self.folder / "wanted", b"")

    def ask(self, order: Order) -> None:
        """Look at it in this way."""
        put(self.folder / "order.json", order.model_dump_json().encode())

    def found(self, look: Look) -> None:
        """What a child that did not come back would have said."""
        put(self.folder / FOUND, look.model_dump_json().encode())

    def load(self) -> Brought | None:
        """How far the import is."""
        return _read(self.folder / "brought.json", Brought)

    def save(self, brought: Brought) -> None:
        """Keep that; with the last row, the file itself goes."""
        put(self.folder / "brought.json", brought.model_dump_json().encode())
        if brought.finished:
            shutil.rmtree(self.folder / "file", ignore_errors=True)
            self.rows.unlink(missing_ok=True)

    def read(self, start: int) -> Iterator[tuple[Message, ...]]:
        """The rows that can be imported, from one on."""
        return read_ready(self.rows, start)

    @contextmanager
    def locked(self) -> Iterator[bool]:
        """Whether nobody else works on it now; a process that is killed works no more."""
        try:
            place = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:  # removed meanwhile
            yield False
            return
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
        finally:
            os.close(place)

    def remove(self) -> None:
        """As if it had never come."""
        shutil.rmtree(self.folder, ignore_errors=True)


class Uploads:
    """All of them, of every team."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def receive(self, team: str, user: str, name: str, data: bytes) -> Upload:
        """Keep a file. Raises DiskUnavailable."""
        self.sweep()
        theirs = [one for one in self._all() if (one.about.team, one.about.user) == (team, user)]
        idle = sorted((one for one in theirs if not one.wanted), key=lambda one: one.about.at)
        for one in idle[: max(0, len(theirs) - MOST + 1)]:
            one.remove()
        about = About(team=team, user=user, name=plain(name), size=len(data), at=time.time())
        upload = Upload(self._folder / secrets.token_urlsafe(16), about)
        try:
            upload.file.parent.mkdir(parents=True, mode=0o700)
            upload.file.write_bytes(data)
        except OSError as error:
            upload.remove()
            raise unwritable(upload.folder, error) from error
        put(upload.folder / "about.json", about.model_dump_json().encode())
        return upload

    def find(self, team: str, user: str, word: str) -> Upload:
        """One's own. Raises NotFound for another's too."""
        upload = self._opened(self._folder / word) if _WORD.fullmatch(word) else None
        if upload is None or (upload.about.team, upload.about.user) != (team, user):
            raise NotFound("no such upload")
        return upload

    def forget(self, team: str) -> None:
        """Remove all of a team, also what is being imported."""
        for upload in self._all():
            if upload.about.team == team:
                upload.remove()

    def under_way(self) -> list[Upload]:
        """Those whose rows are wanted, and not all in yet."""
        return [one for one in self._all() if one.wanted and one.rows.exists()]

    def sweep(self) -> None:
        """Remove what is older than an hour, but for what is being imported: that has a day."""
        for folder in self._folders():
            with suppress(OSError):
                upload = self._opened(folder)
                busy = upload is not None and upload.wanted and upload.file.exists()
                if time.time() - folder.stat().st_mtime > HOUR * (24 if busy else 1):
                    shutil.rmtree(folder, ignore_errors=True)

    def _all(self) -> Iterator[Upload]:
        for folder in self._folders():
            if (upload := self._opened(folder)) is not None:
                yield upload

    def _folders(self) -> list[Path]:
        return [each for each in self._folder.glob("*") if _WORD.fullmatch(each.name)]

    def _opened(self, folder: Path) -> Upload | None:
        about = _read(folder / "about.json", About)
        return None if about is None else Upload(folder, about)


def plain(name: str) -> str:
    """A file's name without anything that a path could be made of; at most 255 bytes."""
    name = _ODD.sub("_", name.replace("\\", "/").rpartition("/")[2]).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[:50]}.{suffix[:10]}" if dot and stem else (name[:60] or "upload")


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return kind.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None
