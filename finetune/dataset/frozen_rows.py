"""The rows of a snapshot without reading all of them: where each stands in `manifest.json`.

A snapshot of 100,000 rows is a manifest of 100 MB, which takes seconds to parse. Its layout is known
(`Snapshots.take` writes it), and every line break of a text is escaped: a line that begins a row
begins nothing else. A manifest never changes, so that what was found in it is remembered.
"""

import json
import mmap
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic_core import from_json

from finetune.dataset.disk import put
from finetune.dataset.example import Frozen, Source
from finetune.dataset.format import is_pair
from finetune.dataset.search import folded
from finetune.dataset.snapshot import Row
from finetune.errors import DiskUnavailable, NotFound

Side = Literal["train", "validation"]
REMEMBERED = 4  # manifests whose places one process keeps at hand; 30 MB for 100,000 rows
TOTALS = "totals.json"
HEAD = 4_096  # bytes in which the model and the tokens stand
_TEXT = rb'"((?:[^"\\]|\\.)*)"'
_ROW = re.compile(
    rb'\n  \{\n   "example_id": ' + _TEXT + rb',\s*"content_key": "([^"]*)",\s*"source": "(\w+)"'
)
_HELD_OUT = b'\n "validation": ['
_MODEL = re.compile(rb'\n "model": ' + _TEXT)
SOURCES = {source.value.encode(): source for source in Source}
_TOKENS = re.compile(rb'\n "tokens": (\d+)')


class RowPlace(NamedTuple):
    """What a row teaches, on which side, and where it begins in the manifest, in bytes."""

    content_key: str
    source: Source
    side: Side
    begin: int


class SnapshotTotals(Frozen):
    """What a snapshot holds. `pairs`: rows to train on that have a worse answer beside the better."""

    snapshot_id: str
    model: str
    tokens: int
    train: int
    validation: int
    sources: Mapping[Source, int]
    corrections: int
    pairs: int

    @property
    def rows(self) -> int:
        """Of both sides."""
        return self.train + self.validation


class FrozenRows:
    """One snapshot's rows. NotFound where it is not, DiskUnavailable where nobody can tell."""

    def __init__(self, manifest: Path) -> None:
        self._manifest = manifest
        with _reading(manifest):
            self.places = _places(manifest)

    @staticmethod
    def totals(manifest: Path) -> SnapshotTotals:
        """What a snapshot holds: counted once, and kept beside it in a file without any text."""
        with _reading(manifest):
            return _totals(manifest)

    def rows(self, example_ids: Sequence[str]) -> list[Row]:
        """These rows whole; every id must be one of `places`."""
        with _reading(self._manifest), _opened(self._manifest) as held:
            return [_read(held, self.places[each].begin) for each in example_ids]

    def search(self, text: str, side: Side | None = None) -> list[str]:
        """Ids of the rows, in their order, in whose texts every word of `text` occurs, in any case."""
        wanted = folded(text).split()
        if not wanted:
            return [key for key, place in self.places.items() if side in (None, place.side)]
        with _reading(self._manifest):
            return [
                row_id
                for row_id, said in _texts(self._manifest, self.places, side)
                if all(word in said for word in wanted)
            ]


def _texts(
    manifest: Path, places: Mapping[str, RowPlace], side: Side | None
) -> Iterator[tuple[str, str]]:
    ids = [key for key, place in places.items() if side in (None, place.side)]
    with _opened(manifest) as held:
        for row_id in ids:
            row = from_json(_raw(held, places[row_id].begin))
            said = [each["content"] for each in row["messages"] if each["role"] != "system"]
            yield row_id, _folded("\n".join((*said, row["rejected"] or "")))


def _folded(text: str) -> str:
    """As `folded`, and sooner where there is nothing to fold but the case."""
    return text.casefold() if text.isascii() else folded(text)


def _read(held: mmap.mmap, begin: int) -> Row:
    return Row.model_validate_json(_raw(held, begin))


def _raw(held: mmap.mmap, begin: int) -> bytes:
    """The row that begins there, however long it is."""
    return held[begin : held.find(b"\n  }", begin) + 4]


@contextmanager
def _opened(manifest: Path) -> Iterator[mmap.mmap]:
    with manifest.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held:
        yield held


@lru_cache(maxsize=REMEMBERED)
def _places(manifest: Path) -> dict[str, RowPlace]:
    with _opened(manifest) as held:
        held_out = held.find(_HELD_OUT)
        return {
            _text(found[1]): RowPlace(
                found[2].decode(),
                SOURCES[found[3]],
                "train" if found.start() < held_out else "validation",
                found.start() + 3,
            )
            for found in _ROW.finditer(held)
        }


def _text(raw: bytes) -> str:
    """What a JSON text without its quotation marks says."""
    return str(json.loads(b'"%b"' % raw)) if b"\\" in raw else raw.decode()


@lru_cache(maxsize=256)
def _totals(manifest: Path) -> SnapshotTotals:
    kept = manifest.with_name(TOTALS)
    with suppress(FileNotFoundError, ValueError):
        return SnapshotTotals.model_validate_json(kept.read_bytes())
    totals = _counted(manifest)
    with suppress(DiskUnavailable):  # a full disk counts again next time
        put(kept, totals.model_dump_json().encode())
    return totals


def _counted(manifest: Path) -> SnapshotTotals:
    with manifest.open("rb") as file:
        head = file.read(HEAD)
    model, tokens = _MODEL.search(head), _TOKENS.search(head)
    places = _places(manifest)
    sides = Counter(place.side for place in places.values())
    trained = {key: place for key, place in places.items() if place.side == "train"}
    return SnapshotTotals(
        snapshot_id=manifest.parent.name,
        model=_text(model[1]) if model else "",
        tokens=int(tokens[1]) if tokens else 0,
        train=sides["train"],
        validation=sides["validation"],
        sources=dict(Counter(place.source for place in places.values())),
        corrections=sum(1 for place in trained.values() if place.source is Source.CORRECTION),
        pairs=_pairs(manifest, trained),
    )


def _pairs(manifest: Path, trained: Mapping[str, RowPlace]) -> int:
    """Only corrections can be any: nothing else keeps a rejected answer."""
    with _opened(manifest) as held:
        corrections = (
            _read(held, place.begin)
            for place in trained.values()
            if place.source is Source.CORRECTION
        )
        return sum(1 for row in corrections if is_pair(row.messages, row.rejected))


@contextmanager
def _reading(manifest: Path) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        raise NotFound(f"snapshot {manifest.parent.name} is not here") from None
    except OSError as error:
        raise DiskUnavailable(
            f"cannot read {manifest} ({error.strerror}): check DATA_DIR"
        ) from error
