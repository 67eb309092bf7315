"""Writes the files of a snapshot, row by row: chat rows for the provider, and the manifest.

The snapshot's id is the hash of its canonical JSON, in which the hashes of the other files stand
before the rows: so the rows wait in a temporary file until those are known.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

from finetune.dataset.disk import sync
from finetune.dataset.example import canonical
from finetune.dataset.stored import lines_of

MANIFEST = "manifest.json"
_HEAD = '{\n "snapshot_id": "'
_NO_ID = "-" * 16
_PIECE = 1 << 20  # bytes hashed at a time
Records = Iterable[Sequence[bytes]]


def write_files(folder: Path, model: str, tokens: int, train: Records, validation: Records) -> str:
    """The id of the snapshot, whose files are on the disk. `folder` is there and empty."""
    with (
        ThreadPoolExecutor(1, "sync") as beside,
        (folder / MANIFEST).open("wb") as manifest,
        tempfile.TemporaryFile(dir=folder) as rows,
    ):
        head = f'{_HEAD}{_NO_ID}",\n "model": {_told(model)},\n "tokens": {tokens},\n'
        manifest.write(head.encode())
        sums, synced = {}, []
        for side, records in (("train", train), ("validation", validation)):
            path = folder / f"{side}.jsonl"
            found = _side(side, records, path, manifest, rows)
            if found is not None:
                sums[path.name] = found
                synced.append(beside.submit(_on_disk, path))
        manifest.write(f' "files": {_told(sums, indent=1)}\n}}'.encode())
        snapshot_id = _digest({"files": sums, "model": model, "tokens": tokens}, rows)[
            : len(_NO_ID)
        ]
        manifest.seek(len(_HEAD))
        manifest.write(snapshot_id.encode())
        manifest.flush()
        os.fsync(manifest.fileno())
        for each in synced:
            each.result()
    sync(folder)
    return snapshot_id


def _side(
    side: str, records: Records, path: Path, manifest: IO[bytes], rows: IO[bytes]
) -> str | None:
    """The hash of the side's chat rows; no rows are held out: no file."""
    manifest.write(f' "{side}": ['.encode())
    rows.write(f',"{side}":['.encode())
    written, chats = 0, hashlib.sha256()
    with path.open("wb") as file:
        for some in records:
            lines = [lines_of(record) for record in some]
            chat = "".join([line.chat for line in lines]).encode()
            file.write(chat)
            chats.update(chat)
            listed = ",\n".join([line.manifest for line in lines])
            manifest.write(f"{',' if written else ''}\n{listed}".encode())
            told = ",".join([line.canonical for line in lines])
            rows.write(f"{',' if written else ''}{told}".encode())
            written += len(lines)
    manifest.write(b"\n ],\n" if written else b"],\n")
    rows.write(b"]")
    if side == "validation" and not written:
        path.unlink()
        return None
    return chats.hexdigest()


def _digest(head: Mapping[str, object], rows: IO[bytes]) -> str:
    """As `example.digest` hashes all of it."""
    found = hashlib.sha256(canonical(head)[:-1].encode())
    rows.seek(0)
    while piece := rows.read(_PIECE):
        found.update(piece)
    found.update(b"}")
    return found.hexdigest()


def _told(value: object, indent: int | None = None) -> str:
    """As it stands in the manifest."""
    return json.dumps(value, ensure_ascii=False, indent=indent).replace("\n", "\n ")


def _on_disk(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
