"""What is made once for a whole run of the tests, by whichever worker needs it first."""

import fcntl
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder `name` of this run, filled by `make`; the other workers wait. Tests copy it.

    A `make` that failed is tried again by the next who needs it.
    """
    folder = factory.getbasetemp() / name
    if "popen-" in folder.parent.name:  # a worker's own; all of them lie in that of the run
        folder = folder.parent.parent / name
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            (folder / "made").touch()
    return folder
