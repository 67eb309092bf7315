"""Delivers questions as Slack does: signed, at a steady rate whatever the bot does, again if refused."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from bench.stage.slack import question, signed

PATIENCE = 3.0  # seconds that Slack waits for a 200
AGAIN = (0.5, 4.0, 15.0)  # seconds before each retry; Slack's: at once, a minute, five minutes


@dataclass
class Delivered:
    """One question: its mark, when it was sent first, how long the first 200 took.

    `late`: seconds by which the load itself was behind its plan when it sent this.
    """

    mark: str
    sent: float
    late: float = 0.0
    ack: float | None = None
    tries: int = 0


@dataclass
class Load:
    """`twice`: every delivery comes a second time, a tenth of a second later.

    `again`: seconds before each retry of one that was not taken.
    """

    urls: Sequence[str]  # taken in turn
    rate: float  # turns a second
    turns: int
    twice: bool = False
    again: Sequence[float] = AGAIN
    run: str = field(default_factory=lambda: secrets.token_hex(3))

    async def deliver(self) -> list[Delivered]:
        """All of them; comes back when each was acknowledged or given up."""
        connector = aiohttp.TCPConnector(limit=0)
        patience = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(connector=connector, timeout=patience) as http:
            begin = time.monotonic() + 0.2
            return list(
                await asyncio.gather(
                    *(self._one(http, n, begin + n / self.rate) for n in range(self.turns))
                )
            )

    async def _one(self, http: aiohttp.ClientSession, number: int, due: float) -> Delivered:
        await asyncio.sleep(due - time.monotonic())
        mark, now = f"turn-{number}-{self.run}", time.monotonic()
        asked, url = Delivered(mark, now, now - due), self.urls[number % len(self.urls)]
        body = question(f"What about {mark}?", f"{time.time():.6f}", f"Ev{mark}")
        if not self.twice:
            await self._until_taken(http, url, asked, body)
            return asked
        copy = Delivered(mark, now)
        await asyncio.gather(
            self._until_taken(http, url, asked, body),
            self._until_taken(http, url, copy, body, after=0.1),
        )
        return asked

    async def _until_taken(
        self, http: aiohttp.ClientSession, url: str, asked: Delivered, body: str, after: float = 0.0
    ) -> None:
        await asyncio.sleep(after)
        for number, wait in enumerate((*self.again, None)):
            asked.tries += 1
            if await self._taken(http, url, body, number):
                asked.ack = time.monotonic() - asked.sent - after
                return
            if wait is not None:
                await asyncio.sleep(wait)

    async def _taken(self, http: aiohttp.ClientSession, url: str, body: str, number: int) -> bool:
        headers = signed(body)
        if number:
            again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
            headers |= again
        try:
            async with http.post(url, data=body, headers=headers) as answer:
                await answer.read()
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False
