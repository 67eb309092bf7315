"""A frozen, content-addressed version of the approved examples, split into train and validation.

Made from the dataset when a run starts; its files are uploaded, and the evaluation reads its rows.
The same examples always give the same bytes and the same `snapshot_id`.
"""

import json
import mmap
import re
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from finetune.dataset.disk import put
from finetune.dataset.example import Example, Frozen, Message, Source
from finetune.dataset.format import is_pair, preference
from finetune.dataset.tokens import count_tokens
from finetune.errors import DiskUnavailable, NotFound

if TYPE_CHECKING:
    from finetune.dataset.freezing import Freezing

VALIDATION_PERCENT = 10
REMEMBERED = 8  # snapshots whose contents one process keeps at hand
DEAD = 3600.0  # seconds after which nobody writes on a draft any more
UNKNOWN = "unknown"  # whoever taught a row of a snapshot from before voices were kept
STALE = "stale.txt"  # beside a manifest that holds what was erased from the dataset since
_STRING = rb'"((?:[^"\\]|\\.)*)"'
# Within a text every quotation mark has a backslash before it, so that this is a key of a row.
_ROW = re.compile(rb'"example_id": ' + _STRING + rb',\s*"content_key": ' + _STRING)


class Row(Frozen):
    """One example as it was when the snapshot was taken.

    `voice` and `flagged` say who stood behind it then; they make no other snapshot.
    """

    example_id: str
    content_key: str
    source: Source
    thread: str
    messages: tuple[Message, ...]
    rejected: str | None = None
    voice: str | None = UNKNOWN
    flagged: bool = False


class Snapshot(Frozen):
    """`manifest.json`: the rows of both sides, in the order of the files."""

    snapshot_id: str
    model: str
    tokens: int
    train: tuple[Row, ...]
    validation: tuple[Row, ...]
    files: dict[str, str]  # name → SHA-256

    @property
    def corrections(self) -> int:
        """Rows that correct an answer."""
        return sum(1 for row in self.train if row.source is Source.CORRECTION)

    @property
    def pairs(self) -> tuple[Row, ...]:
        """Rows of the train side that hold a better answer beside a worse one."""
        return tuple(row for row in self.train if is_pair(row.messages, row.rejected))


def tokens(examples: Iterable[Example], model: str) -> int:
    """What training on these once is billed."""
    return sum(count_tokens(example.messages, model) for example in examples)


class Snapshots:
    """The directory of snapshots under DATA_DIR."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, snapshot_id: str, name: str) -> Path:
        """A file of a snapshot."""
        return self._folder / snapshot_id / name

    def take(self, examples: Iterable[Example], model: str) -> Snapshot:
        """Freeze and write, all files or none; a snapshot that exists is left as it is.

        DiskUnavailable: nothing was written, call again when there is room.
        """
        with self.freezing(model) as freezing:
            freezing.add(example.model_dump_json() for example in examples)
            return self.load(freezing.take().snapshot_id)

    def freezing(self, model: str) -> "Freezing":
        """Takes any number of rows in, and then a snapshot of them, in flat memory."""
        from finetune.dataset.freezing import Freezing  # heavy: brings numpy

        self._sweep()
        return Freezing(self._folder, model)

    def _sweep(self) -> None:
        """Remove what killed processes had begun to write."""
        for draft in self._folder.glob(".draft-*"):
            with suppress(OSError):
                if time.time() - draft.stat().st_mtime > DEAD:
                    shutil.rmtree(draft, ignore_errors=True)

    def write_pairs(self, snapshot_id: str, name: str) -> None:
        """Write the preference rows beside the snapshot's files; the same bytes however often.

        NotFound without the snapshot, DiskUnavailable when the disk refuses.
        """
        target = self.path(snapshot_id, name)
        if target.exists():
            return
        rows = (
            preference(row.messages, row.rejected or "") for row in self.load(snapshot_id).pairs
        )
        put(target, "".join(row + "\n" for row in rows).encode())

    def mark_stale(self, snapshot_id: str, reason: str) -> None:
        """Its files stay as they are, and are never trained on again. The first reason stays.

        DiskUnavailable when the disk refuses.
        """
        mark = self.path(snapshot_id, STALE)
        if not mark.exists():
            put(mark, reason.encode())

    def mark_stale_with(self, gone: Callable[[str], bool], reason: str) -> list[str]:
        """Mark all that hold an example whose id is `gone`; the ids of those snapshots."""
        found = [
            manifest.parent.name
            for manifest in sorted(self._folder.glob("*/manifest.json"))
            if not manifest.with_name(STALE).exists() and any(map(gone, _contents(manifest)))
        ]
        for snapshot_id in found:
            self.mark_stale(snapshot_id, reason)
        return found

    def stale(self, snapshot_id: str) -> str | None:
        """Why it may not be trained on any more; None while it may."""
        mark = self.path(snapshot_id, STALE)
        return mark.read_text(encoding="utf-8") if mark.exists() else None

    def remove(self, snapshot_id: str) -> None:
        """Its files are gone; one that is not there is well."""
        shutil.rmtree(self._folder / snapshot_id, ignore_errors=True)

    def contents(self, snapshot_id: str) -> Mapping[str, str]:
        """Content keys by example id; much sooner than `load`. Empty when it is not here."""
        try:
            return _contents(self.path(snapshot_id, "manifest.json"))
        except OSError:
            return {}

    def load(self, snapshot_id: str) -> Snapshot:
        """Read a manifest. NotFound when it is not here, DiskUnavailable when nobody can tell."""
        path = self.path(snapshot_id, "manifest.json")
        try:
            return Snapshot.model_validate_json(path.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(f"snapshot {snapshot_id} is not in {self._folder}") from None
        except OSError as error:
            raise DiskUnavailable(
                f"cannot read {path} ({error.strerror}): check DATA_DIR"
            ) from error


@lru_cache(maxsize=REMEMBERED)
def _contents(manifest: Path) -> Mapping[str, str]:
    """Content keys by example id, without parsing the rest of it; a manifest never changes."""
    with (
        manifest.open("rb") as file,
        mmap.mmap(
            file.fileno(), 0, access=mmap.ACCESS_READ
        ) as held,  # a gigabyte, of a million rows
    ):
        found = _ROW.finditer(held)
        return {json.loads(b'"%b"' % each[1]): each[2].decode() for each in found}
