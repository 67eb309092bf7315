"""A frozen, content-addressed version of the approved examples, split into train and validation.

Made from the dataset when a run starts; its files are uploaded, and the evaluation reads its rows.
The same examples always give the same bytes and the same `snapshot_id`.
"""

import hashlib
import json
import re
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from finetune.dataset.disk import put, sync, unwritable, write_through
from finetune.dataset.example import Example, Frozen, Message, Source, digest
from finetune.dataset.format import is_pair, jsonl, preference
from finetune.dataset.tokens import count_tokens
from finetune.errors import DiskUnavailable, NotFound

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


def split(examples: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    """(train, validation), both in a stable order. A thread and a question never straddle.

    Corrections, their threads, and threads with a question taught on the train side are always
    trained on.
    """
    ordered = sorted(examples, key=lambda e: (e.created_at, e.example_id))
    trained = _trained_threads(ordered)
    return (
        [e for e in ordered if e.thread in trained],
        [e for e in ordered if e.thread not in trained],
    )


def _trained_threads(examples: Sequence[Example]) -> set[str]:
    """Threads of the train side, and whatever shares a question with them, however far off."""
    questions, threads = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    trained: set[str] = set()
    for example in examples:
        prompt_key = example.prompt_key
        questions[example.thread].add(prompt_key)
        threads[prompt_key].add(example.thread)
        if example.source is Source.CORRECTION or not held_out(example.thread):
            trained.add(example.thread)
    reached = list(trained)
    while reached:
        sharing = set().union(*(threads[key] for key in questions[reached.pop()])) - trained
        trained |= sharing
        reached += sharing
    return trained


def held_out(thread: str) -> bool:
    """Whether a thread by itself is on the validation side: a stable share of all threads."""
    return int(hashlib.sha256(thread.encode()).hexdigest()[:8], 16) % 100 < VALIDATION_PERCENT


def tokens(examples: Iterable[Example], model: str) -> int:
    """What training on these once is billed."""
    return sum(count_tokens(example.messages, model) for example in examples)


def freeze(examples: Iterable[Example], model: str) -> tuple[Snapshot, dict[str, bytes]]:
    """The snapshot and the contents of its data files."""
    train, validation = split(examples)
    contents = {"train.jsonl": jsonl(train)}
    if validation:
        contents["validation.jsonl"] = jsonl(validation)
    body = {
        "model": model,
        "tokens": tokens(train, model),
        "train": [_row(e) for e in train],
        "validation": [_row(e) for e in validation],
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()},
    }
    rows = {"train": [_stood(e) for e in train], "validation": [_stood(e) for e in validation]}
    return Snapshot.model_validate({"snapshot_id": digest(body)[:16], **body, **rows}), contents


def _stood(example: Example) -> dict[str, object]:
    return _row(example) | {"voice": example.voice, "flagged": example.suspect}


def _row(example: Example) -> dict[str, object]:
    return {
        "example_id": example.example_id,
        "content_key": example.content_key,
        "source": example.source.value,
        "thread": example.thread,
        "messages": [message.wire() for message in example.messages],
        "rejected": example.rejected,
    }


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
        snapshot, contents = freeze(examples, model)
        manifest = json.dumps(snapshot.model_dump(mode="json"), ensure_ascii=False, indent=1)
        target = self._folder / snapshot.snapshot_id
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._sweep()
            if not target.exists():
                self._write(target, {**contents, "manifest.json": manifest.encode()})
        except OSError as error:
            raise unwritable(target, error) from error
        return snapshot

    def _sweep(self) -> None:
        """Remove what killed processes had begun to write."""
        for draft in self._folder.glob(".draft-*"):
            with suppress(OSError):
                if time.time() - draft.stat().st_mtime > DEAD:
                    shutil.rmtree(draft, ignore_errors=True)

    def _write(self, target: Path, contents: dict[str, bytes]) -> None:
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=self._folder))
        try:
            for name, data in contents.items():
                write_through(draft / name, data)
            draft.chmod(0o755)
            draft.rename(target)
            sync(self._folder)
        except OSError:
            shutil.rmtree(draft, ignore_errors=True)
            if not target.exists():  # else another process wrote the same snapshot first
                raise

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
    found = _ROW.findall(manifest.read_bytes())
    return {json.loads(b'"%b"' % example_id): key.decode() for example_id, key in found}
