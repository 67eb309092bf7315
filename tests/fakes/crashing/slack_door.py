"""Before the bot: takes Slack's deliveries, and hands each on until the bot has answered it.

Slack tries events four times within minutes, and a person clicks again where a click failed; here as
often as it takes, so that a bot may die at every step of taking one delivery.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.dispatcher import signature
from tests.fakes.crashing.reaper import Reaper
from tests.fakes.serving import served

PAUSE = 0.05  # seconds between two tries
PATIENCE = 60.0  # seconds


@dataclass
class SlackDoor:
    """`target` is the bot's own address."""

    reaper: Reaper
    target: str
    secret: str
    http: httpx.AsyncClient

    async def deliver(self, request: Request) -> Response:
        """The bot's answer, or 504."""
        body = (await request.body()).decode()
        kept = ("content-type", "x-slack-request-timestamp", "x-slack-signature")
        headers = {name: value for name, value in request.headers.items() if name in kept}
        tries = 0
        async with asyncio.timeout(PATIENCE):
            while True:
                await self.reaper.alive()
                try:
                    answer = await self.http.post(
                        f"{self.target}{request.url.path}", content=body.encode(), headers=headers
                    )
                    if answer.status_code < 500:
                        return Response(
                            answer.content,
                            answer.status_code,
                            {"content-type": answer.headers.get("content-type", "text/plain")},
                        )
                except httpx.TransportError:
                    pass
                tries += 1  # signed anew each time: as an event is, and as a second click is
                signed = signature(self.secret, body, int(time.time()) + tries)
                headers.update({name.lower(): value for name, value in signed.items()})
                await asyncio.sleep(PAUSE)


@asynccontextmanager
async def slack_door(reaper: Reaper, target: str, secret: str) -> AsyncIterator[str]:
    """The address that Slack is given."""
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        door = SlackDoor(reaper, target, secret, http)
        route = Route("/slack/events", door.deliver, methods=["POST"])
        async with served(Starlette(routes=[route])) as url:  # type: ignore[arg-type]
            yield url
