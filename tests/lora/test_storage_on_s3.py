"""The storage on a real S3 server over HTTP: whole or nothing, whoever is killed when."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.trainer.stores.files import new_directory
from finetune.trainer.stores.storage import Storage, open_storage
from tests.lora.object_store import BUCKET, object_store

URL = f"s3://{BUCKET}/alone"  # moto keeps what other servers of this process were told
KILLED_WHEN_IT_PUBLISHES = """
import os, signal, sys
from pathlib import Path
from finetune.trainer.stores import published
from finetune.trainer.stores.storage import Storage

storage = Storage(sys.argv[1], Path(sys.argv[2]))
folder = storage.room("models/m")
folder.mkdir(parents=True, exist_ok=True)
for number in range(20):
    (folder / f"part{number}").write_text("new" * 1000)
published.json.dumps = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # all is up but the manifest
storage.publish("models/m")
"""


@pytest.fixture(scope="module")
def variables() -> Iterator[dict[str, str]]:
    with pytest.MonkeyPatch.context() as patch, object_store() as found:
        for name, value in found.items():
            patch.setenv(name, value)
        yield found


@pytest.fixture
def storage(variables: dict[str, str], tmp_path: Path) -> Iterator[Storage]:
    made = open_storage(URL, tmp_path / "cache")
    yield made
    for name in made.names("models"):
        made.remove(f"models/{name}")


def make(storage: Storage, name: str, **files: str) -> None:
    with new_directory(storage.room(name)) as filling:
        for file, text in files.items():
            (filling / file).write_text(text)
    storage.publish(name)


def content(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir() if path.name[0] != "."}


def test_files_and_folders_come_back_as_they_were(storage: Storage, tmp_path: Path) -> None:
    storage.write("files/file-1", b"old")
    storage.write("files/file-1", b"new")
    make(storage, "models/m", weights="1", vocabulary="2")
    there = Storage(URL, tmp_path / "elsewhere")
    assert there.read("files/file-1") == b"new"
    assert there.names("models") == ["m"]
    assert content(there.folder("models/m")) == {"weights": "1", "vocabulary": "2"}
    storage.remove("models/m")
    assert not there.exists("models/m")


def test_a_publisher_killed_over_http_leaves_what_was_there(
    storage: Storage, variables: dict[str, str], tmp_path: Path
) -> None:
    make(storage, "models/m", part0="old")
    command = [sys.executable, "-c", KILLED_WHEN_IT_PUBLISHES, URL, str(tmp_path / "another")]
    killed = subprocess.run(command, env=os.environ | variables, check=False)
    assert killed.returncode == -signal.SIGKILL
    there = Storage(URL, tmp_path / "elsewhere")
    assert content(there.folder("models/m")) == {"part0": "old"}
    again = Storage(URL, tmp_path / "another")  # the successor finds what was made, and goes on
    again.publish("models/m")
    assert len(content(there.folder("models/m"))) == 20


def test_a_file_of_many_megabytes_comes_back(storage: Storage, tmp_path: Path) -> None:
    large = os.urandom(6 * 2**20)
    with new_directory(storage.room("models/large")) as filling:
        (filling / "weights").write_bytes(large)
    storage.publish("models/large")
    there = Storage(URL, tmp_path / "elsewhere").folder("models/large")
    assert (there / "weights").read_bytes() == large


def test_a_bucket_that_is_not_there_is_said_at_the_start(storage: Storage, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"TRAINER_STORAGE=s3://nowhere/x: .*bucket does not exist"
    ):
        open_storage("s3://nowhere/x", tmp_path)


def test_missing_credentials_are_one_line(variables: dict[str, str], tmp_path: Path) -> None:
    kept = {k: v for k, v in (os.environ | variables).items() if "ACCESS_KEY" not in k}
    command = [sys.executable, "-m", "finetune.trainer", "trainer", "--engine", "peft"]
    options = ["--port", "0", "--data-dir", str(tmp_path), "--storage", URL]
    said = subprocess.run(
        [*command, *options],
        env=kept | {"HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 1
    [line] = said.stderr.strip().splitlines()
    assert f"TRAINER_STORAGE={URL}: Unable to locate credentials" in line
