"""Where the trainer keeps its things under DATA_DIR/trainer, and the locks that guard them."""

import contextlib
import fcntl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from finetune.errors import InputError
from finetune.trainer.stores.files import clear_leftovers


@dataclass(frozen=True)
class Home:
    """The folder of one trainer."""

    root: Path

    @classmethod
    def under(cls, data_dir: Path) -> "Home":
        """DATA_DIR/trainer, made if it is not there."""
        home = cls(data_dir.absolute() / "trainer")
        for folder in (home.files, home.jobs, home.models):
            folder.mkdir(parents=True, exist_ok=True)
        return home

    @property
    def database(self) -> Path:
        return self.root / "trainer.sqlite3"

    @property
    def files(self) -> Path:
        """Uploaded and result files, named by their ids."""
        return self.root / "files"

    @property
    def jobs(self) -> Path:
        """A folder for each job: its rows, its checkpoints, what its process printed."""
        return self.root / "jobs"

    @property
    def models(self) -> Path:
        """A folder for each finished model."""
        return self.root / "models"

    @property
    def cache(self) -> Path:
        """Compiled training steps."""
        return self.root / "cache"

    def job(self, job_id: str) -> Path:
        """The folder of one job."""
        return self.jobs / job_id

    def clear_leftovers(self) -> None:
        """Remove what a killed trainer left half written."""
        for folder in (self.files, self.models, self.cache / "storage"):
            clear_leftovers(folder)


@contextlib.contextmanager
def locked(path: Path, *, refusal: str, patience: float = 0.0) -> Iterator[None]:
    """Hold `path` until the block or the process ends; InputError(refusal) if another keeps it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + patience
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise InputError(refusal) from None
                time.sleep(0.05)
        yield
