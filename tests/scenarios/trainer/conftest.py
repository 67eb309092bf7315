"""One tiny base model trained once for the session, and the server most tests share."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest

from tests.once import once
from tests.scenarios.trainer.running_trainer import TAUGHT, Trainer, pretrain, rows, running


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A DATA_DIR with the base model; tests that write take a copy."""

    def make(data_dir: Path) -> None:
        done = pretrain(data_dir, rows(TAUGHT))
        assert done.returncode == 0, done.stderr

    return once(tmp_path_factory, "trained", make)


@pytest.fixture(scope="session")
def trainer(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainer]:
    """The server most tests share."""
    data_dir = Path(shutil.copytree(trained, tmp_path_factory.mktemp("shared") / "data"))
    with running(data_dir) as server:
        yield server


@pytest.fixture(scope="session")
def client(trainer: Trainer) -> openai.OpenAI:
    return trainer.client()


@pytest.fixture
def own_dir(trained: Path, tmp_path: Path) -> Path:
    """A copy of the trained DATA_DIR for a test that starts a server of its own."""
    return Path(shutil.copytree(trained, tmp_path / "data"))
