"""Delivers questions as Slack does: signed, at a steady rate whatever the bot does, again if refused."""

import asyncio
import json
import secrets
import time
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bench.turns_runs.world import BOT, CHANNEL, TEAM

SECRET = "the-signing-secret-of-the-bench"
PATIENCE = 3.0  # seconds that Slack waits for a 200
AGAIN = (0.5, 2.0, 4.0)  # seconds before each retry; Slack's own are longer


@dataclass
class Delivered:
    """One question: its mark, when it was sent first, how long the first 200 took."""

    mark: str
    sent: float
    ack: float | None = None
    tries: int = 0


@dataclass
class Load:
    """`twice`: every delivery comes a second time, a tenth of a second later."""

    url: str
    rate: float  # turns a second
    turns: int
    twice: bool = False
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
        ts = f"{time.time():.6f}"
        asked = Delivered(f"turn-{number}-{self.run}", time.monotonic())
        body = self._body(asked.mark, ts)
        if not self.twice:
            await self._until_taken(http, asked, body)
            return asked
        copy = Delivered(asked.mark, asked.sent)
        await asyncio.gather(
            self._until_taken(http, asked, body), self._until_taken(http, copy, body, after=0.1)
        )
        return asked

    def _body(self, mark: str, ts: str) -> str:
        event = {
            "type": "app_mention",
            "user": "U0PERSON",
            "text": f"<@{BOT}> What about {mark}?",
            "channel": CHANNEL,
            "channel_type": "channel",
            "ts": ts,
            "event_ts": ts,
        }
        envelope = {
            "type": "event_callback",
            "event_id": f"Ev{mark}",
            "event_time": int(time.time()),
            "team_id": TEAM,
            "api_app_id": "A0BENCH",
            "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
        return json.dumps(envelope)

    async def _until_taken(
        self, http: aiohttp.ClientSession, asked: Delivered, body: str, after: float = 0.0
    ) -> None:
        await asyncio.sleep(after)
        for number, wait in enumerate((*AGAIN, None)):
            asked.tries += 1
            if await self._taken(http, body, number):
                asked.ack = time.monotonic() - asked.sent - after
                return
            if wait is not None:
                await asyncio.sleep(wait)

    async def _taken(self, http: aiohttp.ClientSession, body: str, number: int) -> bool:
        stamp = str(int(time.time()))
        signed = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
        headers = {
            "Content-Type": "application/json",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": str(signed),
        }
        if number:
            again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": "http_timeout"}
            headers |= again
        try:
            async with http.post(self.url, data=body, headers=headers) as answer:
                await answer.read()
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False
