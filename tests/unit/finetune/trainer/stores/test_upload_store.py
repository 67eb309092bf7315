"""Files and uploads in the stores: they expire, and a kill in the middle leaves nothing behind."""

import secrets
from pathlib import Path

import pytest

from finetune.trainer.errors import BadRequest, NotFoundHere, TooMany
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.file_store import FINE_TUNE, FileStore, StoredFile
from finetune.trainer.stores.storage import Storage
from finetune.trainer.stores.upload import Upload
from finetune.trainer.stores.upload_store import UploadStore


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "trainer.sqlite3")


@pytest.fixture(params=["here", "elsewhere"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    elsewhere = f"memory://{secrets.token_hex(8)}"
    url = str(tmp_path / "storage") if request.param == "here" else elsewhere
    return Storage(url, tmp_path / "cache")


@pytest.fixture
def files(database: Database, storage: Storage) -> FileStore:
    return FileStore(database, storage)


@pytest.fixture
def uploads(database: Database, storage: Storage, files: FileStore) -> UploadStore:
    return UploadStore(database, storage, files)


def begin(uploads: UploadStore, size: int = 4) -> Upload:
    return uploads.begin("us", "rows.jsonl", FINE_TUNE, size, "text/jsonl", None)


def receive(files: FileStore, *chunks: bytes) -> StoredFile:
    return files.receive("us", "rows.jsonl", FINE_TUNE, chunks, seconds=3600)


def past(database: Database, table: str) -> None:
    database.change(f"UPDATE {table} SET expires_at = 1")


def test_an_expired_file_is_gone_at_once_and_its_room_after_the_sweep(
    database: Database, storage: Storage, files: FileStore
) -> None:
    file = receive(files, b"ab", b"cd")
    assert b"".join(files.content("us", file.file_id)) == b"abcd"
    past(database, "files")
    with pytest.raises(NotFoundHere):
        files.get("us", file.file_id)
    assert files.list("us", None, newest_first=True) == []
    assert storage.names("files") == [file.file_id]
    files.sweep()
    files.sweep()
    assert storage.names("files") == []


def test_a_file_that_breaks_off_is_not_kept(
    storage: Storage, files: FileStore, tmp_path: Path
) -> None:
    def broken() -> object:
        yield b"ab"
        raise BadRequest("too large")

    with pytest.raises(BadRequest):
        files.receive("us", "rows.jsonl", FINE_TUNE, broken())  # type: ignore[arg-type]
    assert storage.names("files") == []
    assert files.list("us", None, newest_first=True) == []
    assert [path for path in tmp_path.rglob(".*") if path.is_file()] == []


def test_an_upload_closes_after_its_hour(
    database: Database, storage: Storage, uploads: UploadStore
) -> None:
    upload = begin(uploads)
    part = uploads.add_part(upload, [b"abcd"])
    past(database, "uploads")
    uploads.sweep()
    assert storage.names("uploads") == []
    assert uploads.get("us", upload.upload_id).status == "expired"
    with pytest.raises(BadRequest, match="expired"):
        uploads.complete("us", upload.upload_id, [part.part_id], None)
    assert uploads.cancel("us", upload.upload_id).status == "expired"


def test_an_upload_killed_while_it_was_joined_is_completed_by_asking_again(
    storage: Storage, files: FileStore, uploads: UploadStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begin(uploads)
    part = uploads.add_part(upload, [b"abcd"])
    with monkeypatch.context() as killed:
        killed.setattr(uploads, "_end", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            uploads.complete("us", upload.upload_id, [part.part_id], None)
    done = uploads.complete("us", upload.upload_id, [part.part_id], None)
    assert done.status == "completed"
    assert [file.file_id for file in files.list("us", None, newest_first=True)] == [done.file_id]
    assert storage.names("uploads") == []


def test_what_a_killed_cancel_left_is_swept(storage: Storage, uploads: UploadStore) -> None:
    upload = begin(uploads)
    uploads.cancel("us", upload.upload_id)
    storage.write(f"uploads/{upload.upload_id}/part_left", b"abcd")
    uploads.sweep()
    assert storage.names("uploads") == []


def test_a_part_that_comes_while_the_upload_ends_is_not_kept(
    storage: Storage, uploads: UploadStore
) -> None:
    upload = begin(uploads)

    def slow() -> object:
        yield b"ab"
        uploads.cancel("us", upload.upload_id)

    with pytest.raises(BadRequest, match="cancelled"):
        uploads.add_part(upload, slow())  # type: ignore[arg-type]
    assert storage.names("uploads") == []


def test_the_file_of_a_completed_upload_may_be_deleted(
    files: FileStore, uploads: UploadStore
) -> None:
    upload = begin(uploads)
    part = uploads.add_part(upload, [b"abcd"])
    done = uploads.complete("us", upload.upload_id, [part.part_id], None)
    assert uploads.file_of(done) is not None
    files.delete("us", str(done.file_id))
    again = uploads.complete("us", upload.upload_id, [part.part_id], None)
    assert (again.status, uploads.file_of(again)) == ("completed", None)


def test_a_key_may_not_open_uploads_without_end(uploads: UploadStore) -> None:
    for _ in range(100):
        begin(uploads)
    with pytest.raises(TooMany) as refused:
        begin(uploads)
    assert (refused.value.status, refused.value.code) == (429, "rate_limit_exceeded")
    uploads.begin("them", "rows.jsonl", FINE_TUNE, 4, "text/jsonl", None)
