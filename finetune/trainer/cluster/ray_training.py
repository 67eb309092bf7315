"""One attempt at a job on a Ray cluster: `python -m finetune.trainer.cluster.ray_training URL JOB ATTEMPT WORKERS`.

Submitted by `ray_launcher.py`, run by Ray on the head node. The engine peft trains in workers of Ray
Train, the embedded engine in a task of its own. Either is started again elsewhere when its node is
lost, and goes on from the newest checkpoint in the storage.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from typing import Any

from finetune.trainer.cluster.node_copies import cache_folder, tidy
from finetune.trainer.jobs.ending import NO_ROOM, is_no_room, read_end
from finetune.trainer.jobs.order import Order, folder_of
from finetune.trainer.stores.storage import Storage

_FAILURES = 3  # of nodes and processes that one attempt survives; the server makes more attempts
_LOOK = 5.0  # seconds between two looks at whether the job has ended
_GRACE = 60.0  # seconds that the other workers may take to end by themselves
_NO_ROOM_SAID = "no room on the node or in the storage"  # all of an error that Ray passes on


def main(url: str, job_id: str, attempt: str, workers: int) -> int:
    """Train to the end; 0 when the training has said how it ended, NO_ROOM when a disk is full."""
    import ray

    ray.init(log_to_driver=True)  # the address is in the environment that Ray gives a job
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # a cancelled job; Ray ends the rest
    storage = Storage(url, cache_folder(url))
    told = {"url": url, "job_id": job_id, "attempt": attempt}
    try:
        if Order.read(storage, job_id).engine == "peft":
            _by_workers(told, storage, workers)
        else:
            _by_task(told)
    except Exception as error:
        if _NO_ROOM_SAID not in str(error) and not is_no_room(error, cache_folder(url)):
            raise
        sys.stderr.write(f"{error}\n")
        return NO_ROOM
    return 0 if read_end(storage, job_id) is not None else 1


def train(told: dict[str, str]) -> None:
    """In the training process: claim the job, then do what a local training process does."""
    from finetune.trainer.cluster.claim import Claim
    from finetune.trainer.jobs.training_child import storage_of, train_job

    cache = cache_folder(told["url"])
    storage = storage_of(told["url"], cache)
    claim = Claim(storage, told["job_id"], told["attempt"])
    claim.end_when_lost()
    try:
        tidy(storage, told["job_id"])
        train_job(storage, cache, told["job_id"])
    except Exception as error:
        if is_no_room(error, cache):
            raise RuntimeError(f"{_NO_ROOM_SAID}: {error}") from None
        raise


def train_together(told: dict[str, str]) -> None:
    """In each worker of Ray Train: the first speaks for all, the others only compute."""
    import ray.train

    if ray.train.get_context().get_world_rank() == 0:
        train(told)
    else:
        _train_along(told)


def _train_along(told: dict[str, str]) -> None:
    from finetune.trainer.engine import EngineRefusal
    from finetune.trainer.engines import engine_named
    from finetune.trainer.jobs.training_child import spec_of, storage_of

    cache = cache_folder(told["url"])
    storage = storage_of(told["url"], cache)
    if read_end(storage, told["job_id"]) is not None:
        return
    threading.Thread(target=_end_after, args=(storage, told["job_id"]), daemon=True).start()
    tidy(storage, told["job_id"])
    order = Order.read(storage, told["job_id"])
    engine, spec = engine_named(order.engine), spec_of(storage, cache, order)
    with contextlib.suppress(EngineRefusal):  # the first worker says it
        engine.check(spec)
        engine.train(spec, lambda _: None)


def _end_after(storage: Storage, job_id: str) -> None:
    """A first worker that gave up leaves the others waiting for its numbers.

    Ray starts all of them again then, and they see that the job has ended.
    """
    while read_end(storage, job_id) is None:
        time.sleep(_LOOK)
    time.sleep(_GRACE)
    os._exit(1)


def _by_workers(told: dict[str, str], storage: Storage, workers: int) -> None:
    import ray
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer

    path, files = storage.for_arrow(f"{folder_of(told['job_id'])}/ray")
    TorchTrainer(
        train_together,
        train_loop_config=told,
        scaling_config=ScalingConfig(
            num_workers=workers, use_gpu=bool(ray.cluster_resources().get("GPU"))
        ),
        run_config=RunConfig(
            name=told["attempt"],
            storage_path=path,
            storage_filesystem=files,
            failure_config=FailureConfig(max_failures=_FAILURES),
        ),
    ).fit()


def _by_task(told: dict[str, str]) -> None:
    import ray

    task: Any = ray.remote(num_cpus=1, max_retries=_FAILURES)(train)
    ray.get(task.remote(told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
