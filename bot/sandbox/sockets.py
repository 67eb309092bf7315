"""Socket Mode: connections that the app opened, over which deliveries go instead of over HTTP.

`apps.connections.open` gives out an address that works once; `dispatcher.py` sends where a connection is open.
"""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.config import Json
from bot.sandbox.json_text import read_json
from bot.sandbox.workspace import APP_ID

MOST = 10  # connections of one app, as in Slack


@dataclass
class _Connection:
    """`waiting`: what was sent and not yet acknowledged, by envelope id."""

    socket: WebSocket
    waiting: dict[str, asyncio.Future[str]] = field(default_factory=dict)


class Sockets:
    """The open connections. Slack picks any of them for a delivery; here it is the newest."""

    def __init__(self) -> None:
        self._tickets: set[str] = set()
        self._open: list[_Connection] = []

    @property
    def connected(self) -> bool:
        return bool(self._open)

    def ticket(self) -> str:
        """What lets one connection in, once."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def serve(self, socket: WebSocket, ticket: str) -> None:
        """One connection, from hello until it ends."""
        if ticket not in self._tickets or len(self._open) >= MOST:
            await socket.close(1008)
            return
        self._tickets.remove(ticket)
        await socket.accept()
        connection = _Connection(socket)
        self._open.append(connection)
        try:
            await socket.send_json(self._hello())
            while True:
                _settle(connection, await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            pass  # gone: what waits for an acknowledgement runs into its time limit
        finally:
            self._open.remove(connection)

    async def deliver(self, kind: str, payload: Json, about: Json, seconds: float) -> str:
        """Send one envelope; the body of its acknowledgement. Raises TimeoutError, ConnectionError."""
        if not self._open:
            raise ConnectionError("no connection is open")
        connection, envelope_id = self._open[-1], secrets.token_hex(16)
        acknowledged: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        connection.waiting[envelope_id] = acknowledged
        envelope = {
            "type": kind,
            "envelope_id": envelope_id,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
            **about,
        }
        try:
            await connection.socket.send_json(envelope)
            return await asyncio.wait_for(acknowledged, seconds)
        except (WebSocketDisconnect, RuntimeError) as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.waiting.pop(envelope_id, None)

    async def close(self) -> None:
        """Tell every client to connect anew, and hang up."""
        for connection in list(self._open):
            try:
                await connection.socket.send_json(
                    {"type": "disconnect", "reason": "refresh_requested"}
                )
                await connection.socket.close()
            except (WebSocketDisconnect, RuntimeError):
                continue

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "connection_info": {"app_id": APP_ID},
            "debug_info": {
                "host": "sandbox",
                "build_number": 1,
                "approximate_connection_time": 3600,
            },
        }


def _settle(connection: _Connection, text: str) -> None:
    """An acknowledgement names its envelope; anything else is not for us."""
    try:
        said: Any = read_json(text)
    except ValueError:
        return
    waiting = (
        connection.waiting.get(str(said.get("envelope_id"))) if isinstance(said, dict) else None
    )
    if waiting and not waiting.done():
        waiting.set_result(json.dumps(said["payload"]) if said.get("payload") else "")
