"""Tells every open page that something changed. Announced by whoever writes; listened to by the SSE route."""

import asyncio
import time
from collections.abc import AsyncIterator


class Changes:
    """A counter that listeners wait on; several changes between two looks are told once.

    It begins at the time, so that a page notices a restart.
    """

    def __init__(self) -> None:
        self.version = time.time_ns() // 1_000_000
        self.closed = False
        self._changed = asyncio.Event()

    def announce(self) -> None:
        self.version += 1
        self._wake()

    def close(self) -> None:
        """End every listener, so that the server can stop while pages are open."""
        self.closed = True
        self._wake()

    async def listen(self) -> AsyncIterator[int]:
        """The present version at once, then each later one."""
        seen = -1
        while not self.closed:
            if seen == self.version:
                await self._changed.wait()
                continue
            seen = self.version
            yield seen

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
