"""What became of each ticket, kept beside the output while it is being made: one JSON line each.

Cut off and started again, an import asks GitLab only about tickets that are new or have changed.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from finetune.errors import InputError
from finetune.sources.gitlab.values import Taken


class KeptTickets:
    """Tickets by number; each is in the file before `put` returns."""

    def __init__(self, file: IO[bytes], known: dict[int, Taken]) -> None:
        self._file = file
        self._known = known

    def get(self, iid: int, updated_at: str) -> Taken | None:
        """What became of it, unless it has changed since."""
        known = self._known.get(iid)
        return known if known is not None and known.updated_at == updated_at else None

    def put(self, taken: Taken) -> None:
        """Keep one ticket; a later one of the same number outweighs it."""
        self._file.write(taken.model_dump_json(exclude_defaults=True).encode() + b"\n")
        self._file.flush()


@contextmanager
def kept_tickets(path: Path, order: dict[str, Any]) -> Iterator[KeptTickets]:
    """Open or make the file. Raises InputError when it is of another order, or cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            known = _read(file, path, order)
            yield KeptTickets(file, known)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from None


def _read(file: IO[bytes], path: Path, order: dict[str, Any]) -> dict[int, Taken]:
    """The tickets known; a line that a kill cut short is taken off the file."""
    header = json.dumps(order).encode() + b"\n"
    file.seek(0)
    first = file.readline()
    if first != header and header.startswith(first):
        file.truncate(0)
        file.write(header)
        file.flush()
        return {}
    if first != header:
        raise InputError(f"{path} is from another import; go on with that one, or remove the file")
    known: dict[int, Taken] = {}
    end = len(first)
    for line in file:
        try:
            taken = Taken.model_validate_json(line)
        except ValidationError:
            break
        if not line.endswith(b"\n"):
            break
        known[taken.iid] = taken
        end += len(line)
    file.truncate(end)
    return known
