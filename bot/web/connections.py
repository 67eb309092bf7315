"""Connections that ask for nothing are closed: uvicorn's protocol, with an end to its patience.

uvicorn bounds the time between two requests, but not how long a request's first lines may take:
with one byte every few seconds anybody could hold thousands of connections open (slow loris).
`limits.py` does the same for bodies.
"""

import asyncio
import resource
from typing import Final

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS: Final = 10.0  # from the connection, or from the last answer, to the next whole head
HEAD_BYTES: Final = 16_384  # of an unfinished head
CONNECTIONS: Final = 4_000  # at once; more are answered 503
OTHER_FILES: Final = 500  # connections to Redis, Slack and the models, and files


def make_room() -> None:
    """Let this process open a file for each connection: systems allow 1,024 unless asked for more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


class PromptProtocol(H11Protocol):
    """Closes without a word whatever takes too long to say what it wants."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """The clock runs from here."""
        super().connection_made(transport)
        self._wait()

    def handle_events(self) -> None:
        """Once a head is complete, what follows is the business of the application."""
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """The next head has as long; so has the rest of a body that nobody wanted."""
        super().on_response_complete()
        if not self.transport.is_closing():
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._stop_waiting()
        if self.cycle is None or self.cycle.response_complete:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
