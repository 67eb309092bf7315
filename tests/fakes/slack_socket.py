"""Slack's end of Socket Mode: a websocket that sends envelopes and keeps what is acknowledged."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.fakes.workplace import until

Json = dict[str, Any]


@dataclass
class SlackSocket:
    """All connections so far, the newest last, and every acknowledgement by envelope."""

    url: str = ""
    connections: list[ServerConnection] = field(default_factory=list)
    acknowledged: dict[str, Json] = field(default_factory=dict)
    _sent: int = 0

    async def send(self, kind: str, payload: Json, **more: Any) -> str:
        """Deliver over the newest connection; the envelope's id."""
        self._sent += 1
        envelope = f"envelope-{self._sent}"
        body = {"envelope_id": envelope, "type": kind, "payload": payload, **more}
        await self.connections[-1].send(json.dumps(body))
        return envelope

    async def taken(self, envelope: str) -> Json:
        """Wait for the acknowledgement; what came with it."""
        await until(f"an acknowledgement of {envelope}", lambda: envelope in self.acknowledged)
        return self.acknowledged[envelope]

    async def connected(self, number: int = 1) -> None:
        await until(f"connection {number}", lambda: len(self.connections) >= number)

    async def ask_to_reconnect(self) -> None:
        """As Slack does about once an hour, before it hangs up."""
        old = self.connections[-1]
        await old.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))

    async def hang_up(self) -> None:
        """Without a word."""
        self.connections[-1].transport.abort()

    async def _speak(self, connection: ServerConnection) -> None:
        hello = {"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A0"}}
        await connection.send(json.dumps(hello))
        self.connections.append(connection)
        try:
            async for message in connection:
                said = json.loads(message)
                self.acknowledged[said["envelope_id"]] = said.get("payload") or {}
        except ConnectionClosed:
            return


@asynccontextmanager
async def socket_mode() -> AsyncIterator[SlackSocket]:
    """Serve it; `url` is what apps.connections.open gives."""
    made = SlackSocket()
    async with serve(made._speak, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        made.url = f"ws://127.0.0.1:{port}/"
        yield made
