"""The road from Slack to the bot: deliveries come one to four times, late, out of order, or unanswered.

The sandbox sends to us, we pass on to the web process. What the bot answered with 200, however often
and whether or not Slack got to hear of it, is what it has acknowledged.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from fastapi import FastAPI, Request, Response

from bot.sandbox.dispatcher import signature
from tests.fakes.serving import served

Json = dict[str, Any]
COPIES = (1, 1, 1, 1, 1, 2, 2, 3, 3, 4)
PATIENCE = aiohttp.ClientTimeout(total=10)
LOST = 504  # what Slack hears where the bot's answer is lost on the way


@dataclass
class Road:
    """`accepted`: the bodies of acknowledged events by their ids; `at`: when each first was."""

    seed: int
    secret: str
    web_url: str
    url: str = ""
    accepted: dict[str, Json] = field(default_factory=dict)
    at: dict[str, float] = field(default_factory=dict)
    deliveries: int = 0
    copies: int = 0
    lost: int = 0
    refused: int = 0
    calm: bool = True
    _later: set["asyncio.Task[None]"] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None

    @property
    def quiet(self) -> bool:
        """Nothing is under way any more."""
        return not self._later

    async def events(self, request: Request) -> Response:
        """One delivery of the sandbox."""
        self.deliveries += 1
        body = (await request.body()).decode()
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.startswith("x-slack-retry") or name == "content-type"
        }
        if headers.get("content-type") != "application/json":
            return await self._once(body, headers)
        payload = json.loads(body)
        if self.calm:
            return await self._pass(body, headers)
        dice = self._dice(payload, headers.get("x-slack-retry-num", "0"))
        for number in range(1, dice.choice(COPIES)):
            again = {**headers, "x-slack-retry-num": str(number), "x-slack-retry-reason": "timeout"}
            self._send_later(dice.uniform(0, 4), body, again)
        if dice.random() < 0.3:
            await asyncio.sleep(dice.uniform(0, 1.5))
        answer = await self._pass(body, headers)
        if dice.random() < 0.05:
            self.lost += 1
            return Response(status_code=LOST)
        return answer

    async def _once(self, body: str, headers: dict[str, str]) -> Response:
        """A click, a submission, a command: Slack never sends these again, people do."""
        dice = random.Random(f"{self.seed} once {self.deliveries}")
        answer = await self._pass(body, headers)
        if dice.random() < 0.04 and not self.calm:
            self.lost += 1
            return Response(status_code=LOST)
        return answer

    def _dice(self, payload: Json, attempt: str) -> random.Random:
        """Of a person's message the same for every performance of the script."""
        event = payload["event"]
        what = (event["type"], event.get("subtype"), event.get("text") or event.get("reaction"))
        return random.Random(f"{self.seed} {what} {attempt}")

    def _send_later(self, seconds: float, body: str, headers: dict[str, str]) -> None:
        async def send() -> None:
            await asyncio.sleep(seconds)
            self.copies += 1
            await self._pass(body, headers)

        task = asyncio.create_task(send())
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _pass(self, body: str, headers: dict[str, str]) -> Response:
        assert self._session is not None
        signed = {**headers, **signature(self.secret, body)}
        try:
            async with self._session.post(
                f"{self.web_url}/slack/events", data=body.encode(), headers=signed
            ) as answer:
                text = await answer.text()
        except (aiohttp.ClientError, TimeoutError):
            self.refused += 1
            return Response(status_code=502)
        if answer.status == 200 and headers.get("content-type") == "application/json":
            self._note(json.loads(body))
        self.refused += answer.status != 200
        kind = answer.headers.get("content-type")
        return Response(text, status_code=answer.status, media_type=kind)

    def _note(self, payload: Json) -> None:
        event_id = payload["event_id"]
        self.accepted[event_id] = payload["event"]
        self.at.setdefault(event_id, asyncio.get_running_loop().time())

    def close(self) -> None:
        for task in self._later:
            task.cancel()


@asynccontextmanager
async def road(seed: int, secret: str, web_url: str) -> AsyncIterator[Road]:
    """Listen for the sandbox."""
    made = Road(seed, secret, web_url)
    app = FastAPI()
    app.post("/slack/events")(made.events)
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with (
        aiohttp.ClientSession(timeout=PATIENCE, connector=connector) as session,
        served(app) as url,
    ):
        made._session, made.url = session, url
        try:
            yield made
        finally:
            made.close()
