"""How long the model was waited for in one answer, apart from our own work on it."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field

from bot.domain.conversation import Delta, Turn
from bot.metrics import Metrics, Part


@dataclass
class Stopwatch:
    """Seconds: `waited` for the model in all; `first`, until it began to speak, if it did.

    `shown`: some of it stood in Slack before the end.
    """

    began: float = field(default_factory=time.monotonic)
    waited: float = 0.0
    first: float | None = None
    shown: bool = False

    async def over(self, deltas: AsyncIterator[Delta]) -> AsyncGenerator[Delta, None]:
        """Yield what comes; only the time until it comes is the model's."""
        while True:
            since = time.monotonic()
            delta = await anext(deltas, None)
            self.waited += time.monotonic() - since
            if delta is None:
                return
            if self.first is None and delta.text:
                self.first = time.monotonic() - self.began
            yield delta

    def tell(self, metrics: Metrics) -> None:
        """The model's part, once it is over."""
        metrics.took(Part.MODEL, self.waited)
        if self.first is not None:
            metrics.took(Part.MODEL_BEGINS, self.first)


def since_asked(turn: Turn) -> float | None:
    """Seconds since Slack has the message; None for a later wish, whose time is not in the turn."""
    return None if turn.revision else time.time() - float(turn.ts)
