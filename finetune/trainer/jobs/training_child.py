"""The process that trains one job: `python -m finetune.trainer.jobs.training_child STORAGE CACHE JOB_ID`.

All it knows is the job's folder in the storage (`order.py`), all it tells goes there too
(`reports.py`), at last `ended.json` (`ending.py`). `local_launcher.py` starts it with a pipe as its
standard input that closes with the server, and then it ends too; started again, it goes on from the
last checkpoint. Exit codes: 0 `ended.json` is written, 3 the server is gone, 75 no room on the
disk; anything else is a crash.
"""

import gc
import math
import os
import sys
import threading
from pathlib import Path

from finetune.trainer.engine import (
    Checkpoint,
    Diverged,
    Engine,
    Outcome,
    Progress,
    Report,
    Row,
    Step,
    TrainingSpec,
)
from finetune.trainer.engines import engine_named
from finetune.trainer.home import locked
from finetune.trainer.jobs.ending import NO_ROOM, Failed, is_no_room, read_end, reason_of, write_end
from finetune.trainer.jobs.order import Order, checkpoints_of, folder_of, model_of
from finetune.trainer.jobs.reports import Outbox
from finetune.trainer.stores.storage import Storage
from finetune.trainer.wire.chat_rows import BadRows, read_rows

# How long the predecessor of a killed server may take to notice that its pipe has closed.
_PATIENCE = 10.0


def main(url: str, cache: str, job_id: str) -> None:
    """Train the job to its end."""
    threading.Thread(target=_end_with_server, name="end-with-server", daemon=True).start()
    storage = storage_of(url, Path(cache))
    room = storage.room(folder_of(job_id))
    try:
        with locked(room / "lock", refusal=f"another process trains {job_id}", patience=_PATIENCE):
            train_job(storage, Path(cache), job_id)
    except Exception as error:
        if not is_no_room(error, room):
            raise
        sys.exit(NO_ROOM)


def storage_of(url: str, cache: Path) -> Storage:
    """The storage as the server has it."""
    return Storage(url, cache / "storage")


def train_job(storage: Storage, cache: Path, job_id: str, engine: Engine | None = None) -> None:
    """The whole job, downwards: read, check, train, keep the model, say how it ended.

    `engine` None: the one that the order names. Raises what another try may get past.
    """
    if read_end(storage, job_id) is not None:
        return
    outbox = Outbox(storage, job_id)
    end: Outcome | Failed | None
    try:
        order = Order.read(storage, job_id)
        engine = engine or engine_named(order.engine)
        spec = spec_of(storage, cache, order)
        engine.check(spec)
        end = engine.train(spec, _telling(storage, job_id, outbox))
        storage.publish(model_of(job_id))
    except BadRows as error:
        end = Failed("invalid_training_file", str(error), "training_file")
    except Exception as error:
        end = reason_of(error)
        if end is None:
            raise
    outbox.send()
    write_end(storage, job_id, end)


def spec_of(storage: Storage, cache: Path, order: Order) -> TrainingSpec:
    """What an order means to an engine; rows, base and newest checkpoint are here then."""
    return TrainingSpec(
        rows=_rows(storage, order, "train.jsonl"),
        validation_rows=_rows(storage, order, "validation.jsonl"),
        out=storage.room(model_of(order.job_id)),
        checkpoints=_newest_fetched(storage, order.job_id),
        seed=order.seed,
        base=order.base_in(storage),
        hyperparameters=order.hyperparameters,
        cache=cache,
        method=order.method,
        lora=order.lora,
    )


def _rows(storage: Storage, order: Order, name: str) -> list[Row]:
    try:
        content = storage.read(f"{folder_of(order.job_id)}/{name}")
    except FileNotFoundError:
        if name == "train.jsonl":
            raise
        return []
    return read_rows(content, order.method)


def _newest_fetched(storage: Storage, job_id: str) -> Path:
    """The folder of the checkpoints on this machine, with the newest that was published."""
    folder = checkpoints_of(job_id)
    if not storage.is_local and (names := storage.names(folder)):
        storage.folder(f"{folder}/{max(names, key=_step_of)}")
    return storage.room(folder)


def _telling(storage: Storage, job_id: str, outbox: Outbox) -> Report:
    """What an engine reports to: a checkpoint is kept where it outlives the machine, then told."""
    folder = checkpoints_of(job_id)

    def tell(progress: Progress) -> None:
        _refuse_what_is_no_number(progress)
        if isinstance(progress, Checkpoint) and not storage.is_local:
            outbox.send()  # a training that goes on from the checkpoint tells these steps no more
            storage.publish(f"{folder}/{progress.path.name}")
            here = {path.name for path in progress.path.parent.iterdir()}
            for name in set(storage.names(folder)) - here:
                storage.remove(f"{folder}/{name}")
        outbox.write(progress)

    return tell


def _refuse_what_is_no_number(progress: Progress) -> None:
    if isinstance(progress, Step):
        losses = [progress.train_loss]
    elif isinstance(progress, Checkpoint):
        losses = [progress.train_loss, progress.valid_loss or 0.0]
    else:
        return
    if not all(math.isfinite(loss) for loss in losses):
        raise Diverged(f"The loss is no number any more at step {progress.step}")


def _step_of(name: str) -> int:
    """The number at the end of a checkpoint's name, whatever the engine writes before it."""
    digits = name[len(name.rstrip("0123456789")) :]
    return int(digits or 0)


def _end_with_server() -> None:
    os.read(0, 1)  # nothing is ever written: this returns when the server is gone
    os._exit(3)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    finally:
        gc.freeze()  # else all of it is walked over once more
