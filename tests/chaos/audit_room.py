"""Memory and connections are back near where they were after the first turns."""

from dataclasses import dataclass

from redis.asyncio import Redis

from tests.chaos.findings import Check
from tests.chaos.plan import VALKEY
from tests.chaos.stage import Stage

MIB = 1024 * 1024
GROWN = 96 * MIB  # of a process: libraries that a first run loads, caches, what the allocator keeps
PER_TURN = 40_000  # bytes in Valkey of a turn that is kept: question, reply, events, feedback
SLACK = 16 * MIB  # of Valkey's, for buffers
CONNECTIONS = (
    64  # of a process, more than at first: its pools keep what their busiest moment opened
)


@dataclass(frozen=True)
class Room:
    """What each process takes. `memory` in bytes; `connections` of web and workers are sockets."""

    memory: dict[str, int]
    connections: dict[str, int]

    @classmethod
    async def of(cls, stage: Stage, redis: Redis) -> "Room":
        """As it is now."""
        memory, connections = {}, {}
        for name, part in stage.parts.items():
            if name != VALKEY:
                memory[name] = part.process.memory_info().rss
                connections[name] = len(part.process.net_connections(kind="tcp"))
        memory[VALKEY] = int((await redis.info("memory"))["used_memory"])
        connections[VALKEY] = int((await redis.info("clients"))["connected_clients"])
        return cls(memory, connections)

    def check(self, before: "Room", turns: int) -> Check:
        """Against how it was before."""
        check = Check("memory and connections are back")
        for name, bytes_now in self.memory.items():
            more = bytes_now - before.memory[name]
            allowed = PER_TURN * turns + SLACK if name == VALKEY else GROWN
            check.look(more <= allowed, f"{name}: {more / MIB:+.1f} MiB")
        for name, now in self.connections.items():
            more = now - before.connections[name]
            allowed = CONNECTIONS * (len(self.connections) - 1 if name == VALKEY else 1)
            check.look(more <= allowed, f"{name}: {more:+d} connections")
        check.about = ", ".join(
            f"{name} {(now - before.memory[name]) / MIB:+.0f} MiB"
            f" {self.connections[name] - before.connections[name]:+d}"
            for name, now in self.memory.items()
        )
        return check
