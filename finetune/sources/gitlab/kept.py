"""What became of each ticket, kept beside the output while it is being made: one JSON line each.

Cut off and started again, an import asks GitLab only about tickets that are new or have changed.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from os import SEEK_END
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from finetune.errors import InputError
from finetune.sources.gitlab.values import Taken


class KeptTickets:
    """Tickets by number; each is in the file before `put` returns."""

    def __init__(self, file: IO[bytes], places: dict[int, int]) -> None:
        self._file = file
        self._places = places  # of each ticket's last line; the rows themselves stay in the file

    def get(self, iid: int, updated_at: str) -> Taken | None:
        """What became of it, unless it has changed since."""
        place = self._places.get(iid)
        if place is None:
            return None
        self._file.seek(place)
        known = Taken.model_validate_json(self._file.readline())
        return known if known.updated_at == updated_at else None

    def put(self, taken: Taken) -> None:
        """Keep one ticket; a later one of the same number outweighs it."""
        self._file.write(taken.model_dump_json(exclude_defaults=True).encode() + b"\n")
        self._file.flush()


@contextmanager
def kept_tickets(path: Path, order: dict[str, Any]) -> Iterator[KeptTickets]:
    """Open or make the file; one that holds no ticket at the end is removed.

    Raises InputError when it is of another order, in use, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            places, end = _read(file, path, order)
            try:
                yield KeptTickets(file, places)
            finally:
                if not places and file.seek(0, SEEK_END) == end:
                    path.unlink(missing_ok=True)
    except BlockingIOError:
        raise InputError(f"another import works on {path}; wait for it") from None
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from None


def _read(file: IO[bytes], path: Path, order: dict[str, Any]) -> tuple[dict[int, int], int]:
    """Where each ticket known is, and the end; a line that a kill cut short is taken off the file."""
    header = json.dumps(order).encode() + b"\n"
    file.seek(0)
    first = file.readline()
    if first != header and header.startswith(first):
        file.truncate(0)
        file.write(header)
        file.flush()
        return {}, len(header)
    if first != header:
        raise InputError(f"{path} is from another import; go on with that one, or remove the file")
    places: dict[int, int] = {}
    end = len(first)
    for line in file:
        try:
            taken = Taken.model_validate_json(line)
        except ValidationError:
            break
        if not line.endswith(b"\n"):
            break
        places[taken.iid] = end
        end += len(line)
    file.truncate(end)
    return places, end
