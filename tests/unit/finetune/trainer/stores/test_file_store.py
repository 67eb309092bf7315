"""Files in the database and the storage: a kill between the two leaves no content behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from finetune.trainer.stores.database import Database
from finetune.trainer.stores.file_store import FINE_TUNE, FileStore
from finetune.trainer.stores.storage import Storage


class Killed(BaseException):
    """What no code of ours gets past."""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "trainer.sqlite3")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(str(tmp_path), tmp_path / "cache")


@pytest.fixture
def files(database: Database, storage: Storage) -> FileStore:
    return FileStore(database, storage)


def seen(files: FileStore) -> list[str]:
    return [file.file_id for file in files.list("us", None, newest_first=True)]


def test_a_file_is_seen_when_all_of_it_has_come(files: FileStore) -> None:
    def content() -> Iterator[bytes]:
        assert seen(files) == []
        yield b"row"

    stored = files.receive("us", "a.jsonl", FINE_TUNE, content())
    assert files.get("us", stored.file_id) == stored
    assert stored.bytes == 3


def test_a_file_that_did_not_come_whole_may_come_again(files: FileStore) -> None:
    def broken() -> Iterator[bytes]:
        yield b"row"
        raise OSError("torn")

    with pytest.raises(OSError, match="torn"):
        files.receive("us", "a.jsonl", FINE_TUNE, broken(), file_id="file-1")
    assert seen(files) == []
    files.add("us", "a.jsonl", FINE_TUNE, b"row", "file-1")
    assert seen(files) == ["file-1"]


def test_the_next_server_removes_what_a_killed_one_has_half_taken_in(
    files: FileStore, storage: Storage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = files.add("us", "a.jsonl", FINE_TUNE, b"row")
    real, change = storage.write_chunks, database.change

    def killed(*_: object) -> int:
        raise Killed

    def written(name: str, chunks: Iterator[bytes]) -> None:
        real(name, chunks)
        monkeypatch.setattr(database, "change", killed)

    monkeypatch.setattr(storage, "write_chunks", written)
    with pytest.raises(Killed):
        files.add("us", "b.jsonl", FINE_TUNE, b"row")
    monkeypatch.setattr(database, "change", change)
    assert len(storage.names("files")) == 2
    files.clear_torn()
    assert storage.names("files") == seen(files) == [kept.file_id]


def test_the_next_server_deletes_what_a_killed_one_was_deleting(
    files: FileStore, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = files.add("us", "a.jsonl", FINE_TUNE, b"row")
    with monkeypatch.context() as at_the_kill:

        def killed(_: str) -> None:
            raise Killed

        at_the_kill.setattr(storage, "remove", killed)
        with pytest.raises(Killed):
            files.delete("us", stored.file_id)
    assert seen(files) == []
    files.clear_torn()
    assert storage.names("files") == []
    files.delete("us", stored.file_id)
