"""How a training ended: `jobs/<job-id>/ended.json`, and what an exception means to a person.

Written by the training process as its last deed, read by the server, which completes the job.
"""

import errno
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from finetune.errors import InputError
from finetune.trainer.engine import Diverged, EngineRefusal, Outcome
from finetune.trainer.jobs.order import folder_of
from finetune.trainer.stores.storage import Storage, StorageFailed

NO_ROOM = 75  # exit code of a training process that met a full disk; EX_TEMPFAIL of sysexits.h
LESS_MEMORY = (
    "Choose a smaller batch_size, shorter rows or a smaller base model, or give it more memory."
)
# Full, read-only, broken, or something lies in the way: all mended by a person, without us.
_UNWRITABLE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
    | {errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EEXIST}
)
_FULL_SAID = ("no space left on device", "disk quota exceeded", "read-only file system")
_FREE = 1 << 20  # bytes; torch says only that a write failed, so the disk itself is asked
# torch.OutOfMemoryError and its CPU allocator, XLA, CUDA, and what they all put into the text.
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "resource_exhausted", "bad_alloc")


@dataclass(frozen=True)
class Failed:
    """Why a training ended badly, as it stands in the job's `error`."""

    code: str
    message: str
    param: str | None = None


def write_end(storage: Storage, job_id: str, end: Outcome | Failed) -> None:
    """Say how it ended; nothing is told after this."""
    name = "succeeded" if isinstance(end, Outcome) else "failed"
    storage.write(_name(job_id), json.dumps({name: asdict(end)}).encode())


def read_end(storage: Storage, job_id: str) -> Outcome | Failed | None:
    """How it ended; None while it has not."""
    try:
        found: dict[str, Any] = json.loads(storage.read(_name(job_id)))
    except FileNotFoundError:
        return None
    if "failed" in found:
        return Failed(**found["failed"])
    return Outcome(**found["succeeded"])


def reason_of(error: Exception) -> Failed | None:
    """What ends the job for good; None for what another try may get past, or is a defect."""
    if isinstance(error, Diverged):
        return Failed(error.code, _with_hint(str(error)), "hyperparameters")
    if isinstance(error, EngineRefusal):
        return Failed(error.code, str(error), error.param)
    if isinstance(error, InputError):
        return Failed("server_error", str(error))
    if isinstance(error, MemoryError) or _says(error, _OUT_OF_MEMORY):
        return Failed("out_of_memory", f"The training ran out of memory. {LESS_MEMORY}")
    return None


def is_no_room(error: Exception, folder: Path) -> bool:
    """Whether the disk under `folder` is full or cannot be written, or the storage not reached."""
    if isinstance(error, StorageFailed) or getattr(error, "errno", None) in _UNWRITABLE:
        return True
    return _says(error, _FULL_SAID) or _free(folder) < _FREE


def _says(error: Exception, texts: tuple[str, ...]) -> bool:
    told = str(error).lower()
    return any(text in told for text in texts)


def _free(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def _with_hint(said: str) -> str:
    knob = "learning_rate_multiplier"
    return said if knob in said else f"{said.rstrip('.')}. A smaller {knob} would help."


def _name(job_id: str) -> str:
    return f"{folder_of(job_id)}/ended.json"
