"""Files and folders on this machine and in a store of objects, here fsspec's own in memory."""

import secrets
import threading
from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.trainer.stores.files import new_directory
from finetune.trainer.stores.storage import Storage, open_storage


@pytest.fixture(params=["here", "elsewhere"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    elsewhere = f"memory://{secrets.token_hex(8)}"
    url = str(tmp_path / "store") if request.param == "here" else elsewhere
    return open_storage(url, tmp_path / "cache")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Storage:
    return open_storage(f"memory://{secrets.token_hex(8)}", tmp_path / "cache")


def other(storage: Storage, tmp_path: Path) -> Storage:
    """The same place, seen by another machine."""
    return Storage(storage.url, tmp_path / f"cache-{secrets.token_hex(4)}")


def make(storage: Storage, name: str, **files: str) -> None:
    with new_directory(storage.room(name)) as filling:
        for file, text in files.items():
            (filling / file.replace("__", "/")).parent.mkdir(exist_ok=True)
            (filling / file.replace("__", "/")).write_text(text)
    storage.publish(name)


def content(folder: Path) -> dict[str, str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_a_file_is_replaced_and_read_back(storage: Storage) -> None:
    storage.write("files/file-1", b"old")
    storage.write("files/file-1", b"new")
    assert storage.read("files/file-1") == b"new"
    assert storage.names("files") == ["file-1"]


def test_what_is_not_there_is_said_so(storage: Storage) -> None:
    assert not storage.exists("models/m")
    assert storage.names("models") == []
    with pytest.raises(FileNotFoundError):
        storage.read("models/m")
    with pytest.raises(FileNotFoundError):
        storage.folder("models/m")
    with pytest.raises(FileNotFoundError):
        storage.publish("models/m")


def test_a_published_folder_is_read_elsewhere(storage: Storage, tmp_path: Path) -> None:
    make(storage, "models/m", weights="1", sub__vocabulary="2")
    there = other(storage, tmp_path)
    assert there.exists("models/m")
    assert there.names("models") == ["m"]
    assert content(there.folder("models/m")) == {"weights": "1", "sub/vocabulary": "2"}


def test_publishing_again_replaces_the_whole_folder(storage: Storage, tmp_path: Path) -> None:
    there = other(storage, tmp_path)
    make(storage, "models/m", weights="old", gone="x")
    assert content(there.folder("models/m")) == {"weights": "old", "gone": "x"}
    make(storage, "models/m", weights="new")
    assert content(there.folder("models/m")) == {"weights": "new"}


def test_publishing_the_same_twice_changes_nothing(storage: Storage, tmp_path: Path) -> None:
    make(storage, "models/m", weights="1")
    storage.publish("models/m")
    assert content(other(storage, tmp_path).folder("models/m")) == {"weights": "1"}


def test_an_empty_folder_can_be_published(storage: Storage, tmp_path: Path) -> None:
    make(storage, "models/empty")
    assert content(other(storage, tmp_path).folder("models/empty")) == {}


def test_removing_takes_files_folders_and_folders_of_folders(storage: Storage) -> None:
    make(storage, "jobs/j/checkpoints/step-1", weights="1")
    storage.write("jobs/j/order.json", b"{}")
    storage.remove("jobs/j/order.json")
    assert storage.names("jobs/j") == ["checkpoints"]
    storage.remove("jobs/j")
    storage.remove("jobs/j")
    assert not storage.exists("jobs/j")
    assert storage.names("jobs") == []
    with pytest.raises(FileNotFoundError):
        storage.folder("jobs/j/checkpoints/step-1")


def test_a_removed_folder_leaves_nothing_of_it(elsewhere: Storage) -> None:
    make(elsewhere, "models/m", weights="1")
    elsewhere.remove("models/m")
    assert [path for path in elsewhere._files.find(elsewhere._root) if "models" in path] == []
    assert not (elsewhere.room("models/m")).exists()


def test_a_superseded_version_is_freed(elsewhere: Storage) -> None:
    make(elsewhere, "models/m", weights="1")
    make(elsewhere, "models/m", weights="2")
    assert len(elsewhere._files.find(f"{elsewhere._root}/models")) == 2  # manifest and weights


def test_a_publisher_killed_before_its_end_is_not_seen(
    elsewhere: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    make(elsewhere, "models/m", weights="old")
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(type(elsewhere._files), "pipe_file", killed)  # what writes the manifest
        make(elsewhere, "models/m", weights="new", more="x")
    there = other(elsewhere, tmp_path)
    assert content(there.folder("models/m")) == {"weights": "old"}
    elsewhere.publish("models/m")  # the successor does it again
    assert content(there.folder("models/m")) == {"weights": "new", "more": "x"}


def test_a_first_publisher_killed_leaves_no_name(
    elsewhere: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(type(elsewhere._files), "pipe_file", killed)
        make(elsewhere, "models/m", weights="new")
    assert not elsewhere.exists("models/m")
    assert elsewhere.names("models") == []
    with pytest.raises(FileNotFoundError):
        elsewhere.folder("models/m")


def test_a_fetch_killed_in_the_middle_is_done_again(
    elsewhere: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(elsewhere, "models/m", weights="1", vocabulary="2")
    there = other(elsewhere, tmp_path)
    gets = type(there._files).get_file

    def second_dies(files: object, source: str, goal: str, **options: object) -> None:
        if source.endswith("weights"):
            raise KeyboardInterrupt
        gets(files, source, goal, **options)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(type(there._files), "get_file", second_dies)
        there.folder("models/m")
    assert not there.room("models/m").exists()
    assert content(there.folder("models/m")) == {"weights": "1", "vocabulary": "2"}


def test_a_fetched_folder_is_not_fetched_again(
    elsewhere: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(elsewhere, "models/m", weights="1")
    there = other(elsewhere, tmp_path)
    first = there.folder("models/m")
    monkeypatch.setattr(type(there._files), "get_file", None)
    assert there.folder("models/m") == first
    assert elsewhere.folder("models/m") == elsewhere.room("models/m")  # nor by who made it


def test_threads_that_fetch_the_same_folder_all_get_it_whole(
    elsewhere: Storage, tmp_path: Path
) -> None:
    make(elsewhere, "models/m", **{f"part{number}": "x" * 1000 for number in range(20)})
    there, seen = other(elsewhere, tmp_path), []

    def fetch() -> None:
        seen.append(len(content(there.folder("models/m"))))

    threads = [threading.Thread(target=fetch) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [20] * 8


def test_a_cut_file_is_not_taken_for_whole(
    elsewhere: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(elsewhere, "models/m", weights="all of it")
    there = other(elsewhere, tmp_path)

    def cut(_: object, __: str, goal: str, **___: object) -> None:
        Path(goal).write_text("all")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="another length"):
        patch.setattr(type(there._files), "get_file", cut)
        there.folder("models/m")
    assert content(there.folder("models/m")) == {"weights": "all of it"}


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a//b", "a/../../b", "a/."])
def test_names_do_not_lead_out_of_the_storage(storage: Storage, name: str) -> None:
    with pytest.raises(ValueError, match="no name in the storage"):
        storage.read(name)


def test_trying_it_out_leaves_nothing(storage: Storage) -> None:
    assert storage._files.find(storage._root) == []


@pytest.mark.parametrize("url", ["nowhere://bucket/x", "/proc/nothing/here", "s3:bucket"])
def test_a_storage_that_cannot_be_used_is_refused_in_one_line(url: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        open_storage(url, tmp_path)
    assert str(refused.value).startswith(f"TRAINER_STORAGE={url}: ")
    assert "A good value" in str(refused.value)
    assert "\n" not in str(refused.value)
