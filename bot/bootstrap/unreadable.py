"""Queued tasks that no process can read: docket would stop its worker at each of them, for ever.

Called when the worker's loop ended by an error. They are put aside as they are and taken off the queue,
so that everything behind them is done; what another process holds is left to it.
"""

import os
import socket
from base64 import b64encode

import structlog
from docket import Docket
from docket.execution import Execution
from docket.worker import default_fallback_task

from bot.domain.aside import Piece, Why
from bot.tasks import Trying

log = structlog.get_logger(__name__)
AT_ONCE = 200  # messages of the stream that are read together
MOST_PENDING = 10_000


async def clear(docket: Docket, trying: Trying) -> int:
    """Put aside what cannot be read; how many these were."""
    cleared, start = 0, "-"
    while True:
        async with docket.redis() as redis:
            found = await redis.xrange(docket.stream_key, min=start, count=AT_ONCE)
        elsewhere = await _held_by_others(docket)
        for message_id, message in found:
            if message_id in elsewhere:
                continue  # who has it may be able to read it
            cleared += await _checked(docket, trying, message_id, message)
        if len(found) < AT_ONCE:
            return cleared
        start = f"({found[-1][0].decode()}"


async def _held_by_others(docket: Docket) -> set[bytes]:
    ours = f"{socket.gethostname()}#{os.getpid()}#"  # as `labouring.Session` is called
    async with docket.redis() as redis:
        pending = await redis.xpending_range(
            docket.stream_key, docket.worker_group_name, min="-", max="+", count=MOST_PENDING
        )
    return {
        each["message_id"] for each in pending if not each["consumer"].decode().startswith(ours)
    }


async def _checked(
    docket: Docket, trying: Trying, message_id: bytes, message: dict[bytes, bytes]
) -> int:
    try:
        await Execution.from_message(
            docket, message, fallback_task=default_fallback_task, sync=False
        )
    except Exception as error:
        log.exception("task_unreadable", message=message_id.decode())
        kind, key = (
            message.get(name, b"").decode(errors="replace") for name in (b"function", b"key")
        )
        piece = Piece(kind=kind, team="", key=key, arguments={"key": key})
        raw = {name.decode(): b64encode(value).decode() for name, value in message.items()}
        await trying.put(piece, Why.UNREADABLE, type(error).__name__, 1, raw)
        async with docket.redis() as redis:
            await redis.xack(docket.stream_key, docket.worker_group_name, message_id)
            await redis.xdel(docket.stream_key, message_id)
            await redis.hdel(docket.runs_key(key), "known", "stream_id", "state")
        return 1
    return 0
