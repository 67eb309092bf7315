"""What this machine has ordered: a note for each job that it asked for, and locks while it asks.

A note is written before the request, so that whoever is killed in between knows what to look for,
although the provider may list a new job only seconds later. Files in DATA_DIR/orders.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from finetune.dataset.example import Frozen, digest
from finetune.errors import InputError, RunRefused


class Note(Frozen):
    """One order. `job_id` None: it was sent, and no answer came yet."""

    key: str
    account: str
    at: float  # seconds since the epoch
    job_id: str | None = None
    but: str | None = None  # an older job of the same order, which another one was wanted beside


class Ledger:
    """Notes and locks of one account."""

    def __init__(self, folder: Path, account: str) -> None:
        self._folder = folder
        self.account = account

    @contextmanager
    def alone(self, what: str, refusal: str) -> Iterator[None]:
        """No other process is in here for `what` meanwhile; RunRefused with `refusal` if one is."""
        path = self._path(what, "lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise unwritable(path, error) from None
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise RunRefused(refusal) from None
            except OSError as error:
                raise unwritable(path, error) from None
            yield
        finally:
            os.close(lock)  # and with it the lock

    def note(self, key: str) -> Note | None:
        """What was noted of this order."""
        return _read(self._path(key, "json"))

    def keep(self, note: Note) -> None:
        """Write it whole or not at all. Raises InputError."""
        keep(self._path(note.key, "json"), note.model_dump_json())

    def forget(self, key: str) -> None:
        """The order was turned down."""
        self._path(key, "json").unlink(missing_ok=True)

    def notes(self) -> list[Note]:
        """All of this account."""
        found = [_read(path) for path in sorted(self._folder.glob("*.json"))]
        return [note for note in found if note is not None and note.account == self.account]

    def _path(self, what: str, ending: str) -> Path:
        return self._folder / f"{digest([self.account, what])}.{ending}"


def _read(path: Path) -> Note | None:
    try:
        return Note.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def keep(path: Path, text: str) -> None:
    """A small file, written whole or not at all. Raises InputError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(text, "utf-8")
        draft.replace(path)
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> InputError:
    """One line about a note that cannot be kept."""
    return InputError(f"cannot write {path}: {error.strerror or error}; see DATA_DIR")
