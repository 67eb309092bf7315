"""A Ray cluster on this machine: a head that trains nothing, and a worker node that can be lost.

And a real trainer server whose jobs run there. Nodes see no network beyond loopback, do not tell
anybody of their use, and have a folder for temporary files each, as machines have.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import psutil

from finetune.trainer.cluster.ray_jobs import RayJobs, ray_jobs

KEY = "key-of-the-house"
_STORE = 80 * 2**20  # bytes of /dev/shm for each node
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_DISABLE_IMPORT_WARNING": "1",
    "RAY_TRAIN_METRICS_ENABLED": "0",
    "RAY_TRAIN_ENABLE_STATE_TRACKING": "0",
    "RAY_TRAIN_ENABLE_PREEMPTION_WATCHER": "0",
    "OMP_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "HF_HUB_OFFLINE": "1",
}


class RayCluster:
    """A head and one worker node with one CPU."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        os.environ.update(_QUIET | variables)
        os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        from ray.cluster_utils import Cluster

        self._processes_before = set(psutil.Process().children(recursive=True))
        self._folder, self._nodes = folder, 0
        self._port = free_port()
        self._cluster = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 0,
                "include_dashboard": True,
                "dashboard_port": self._port,
                "object_store_memory": _STORE,
            },
            shutdown_at_exit=False,
        )
        self._worker: Any = None

    @property
    def address(self) -> str:
        """RAY_ADDRESS."""
        return f"http://127.0.0.1:{self._port}"

    def jobs(self) -> RayJobs:
        return ray_jobs(self.address)

    def add_worker(self) -> None:
        """Another worker node; it has none of its predecessor's files."""
        self._nodes += 1
        folder = self._folder / f"node-{self._nodes}"
        folder.mkdir()
        self._worker = self._cluster.add_node(
            num_cpus=1, object_store_memory=_STORE, env_vars={"TMPDIR": str(folder)}
        )

    def kill_worker(self) -> None:
        """The power of the worker node fails: everything on it is gone at once."""
        for started in self._worker.all_processes.values():
            for info in started:
                lost = psutil.Process(info.process.pid)
                gone = [*lost.children(recursive=True), lost]
                for process in gone:
                    with contextlib.suppress(psutil.NoSuchProcess):
                        process.kill()
        self._cluster.remove_node(self._worker, allow_graceful=False)

    def training_processes(self) -> list[psutil.Process]:
        """What trains on the worker node, or waits to."""
        found = []
        for info in self._worker.all_processes["raylet"]:
            for process in psutil.Process(info.process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    if "RayTrainWorker" in " ".join(process.cmdline()):
                        found.append(process)
        return found

    def close(self) -> None:
        """Every process of it ends."""
        ours = set(psutil.Process().children(recursive=True)) - self._processes_before
        self._cluster.shutdown()
        for process in ours:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(ours, 10)


class Server:
    """A trainer that can be killed and started again."""

    def __init__(self, data_dir: Path, base: Path, address: str, storage: str | None) -> None:
        data_dir.mkdir()
        self.data_dir = data_dir
        self._options = ["--engine", "peft", "--model", f"house={base}", "--launcher", "ray"]
        self._options += ["--data-dir", str(data_dir), "--port", "0"]
        self._options += ["--storage", storage] if storage else []
        self._variables = {"RAY_ADDRESS": address, "TRAINER_API_KEYS": KEY}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> openai.OpenAI:
        ready = self.data_dir / "ready"
        ready.unlink(missing_ok=True)
        command = [sys.executable, "-m", "finetune.trainer", "trainer", *self._options]
        with (self.data_dir / "server.log").open("ab") as log:
            self._process = process = subprocess.Popen(
                [*command, "--ready-file", str(ready)],
                stdout=log, stderr=log, cwd=self.data_dir, env=os.environ | self._variables,
            )  # fmt: skip
        until(lambda: ready.exists() or process.poll() is not None)
        assert process.poll() is None, self.log()
        return openai.OpenAI(base_url=ready.read_text().strip(), api_key=KEY, max_retries=0)

    def kill(self) -> None:
        assert self._process
        self._process.kill()
        self._process.wait(20)

    def stop(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(20)

    def log(self) -> str:
        return (self.data_dir / "server.log").read_text()


@contextlib.contextmanager
def cluster(folder: Path, variables: dict[str, str]) -> Iterator[RayCluster]:
    made = RayCluster(folder, variables)
    try:
        made.add_worker()
        yield made
    finally:
        made.close()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def until(done: Callable[[], object], seconds: float = 120) -> None:
    """Look until `done`; what other processes do cannot be awaited otherwise."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)
