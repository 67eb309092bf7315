"""The sandbox workspace behind a Web API in trouble: 429, 5xx, slow, done but not said."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.sandbox.app import create_app
from bot.sandbox.config import Config
from bot.sandbox.message_store import Message as Said
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import BOT_USER
from tests.fakes.serving import served
from tests.fakes.workplace import Workplace

LIMITED, BROKEN, SLOW, DONE_BROKEN, DONE_CUT = (
    "429",
    "5xx",
    "slow",
    "done, then 5xx",
    "done, then cut",
)
KINDS = (LIMITED, LIMITED, BROKEN, BROKEN, SLOW, SLOW, DONE_BROKEN, DONE_CUT)
TROUBLED = 0.06  # of all calls
HANGING = 5.0  # seconds without a word; the bot waits four where somebody waits for it


@dataclass
class Trouble:
    """In front of the Web API: the next call of each method gets what its own dice say."""

    app: ASGIApp
    seed: int
    made: Counter[str]
    calls: Counter[str] = field(default_factory=Counter)
    on: list[bool] = field(default_factory=lambda: [False])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith("/api/") or not self.on[0]:
            await self.app(scope, receive, send)
            return
        self.calls[path] += 1
        dice = random.Random(f"{self.seed} {path} {self.calls[path]}")
        if dice.random() > TROUBLED:
            await self.app(scope, receive, send)
            return
        kind = dice.choice(KINDS)
        self.made[kind] += 1
        await self._trouble(kind, dice, scope, receive, send)

    async def _trouble(
        self, kind: str, dice: random.Random, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if kind == LIMITED:
            await _say(send, 429, {"ok": False, "error": "ratelimited"}, retry_after="1")
        elif kind == BROKEN:
            await _say(send, dice.choice((500, 502, 503)), {"ok": False, "error": "fatal_error"})
        elif kind == SLOW:
            await asyncio.sleep(dice.uniform(0.5, 2.0))
            await self.app(scope, receive, send)
        else:
            await self.app(scope, receive, _nothing)
            if kind == DONE_BROKEN:
                await _say(send, 503, {"ok": False, "error": "service_unavailable"})
                return
            await asyncio.sleep(HANGING)
            raise ConnectionAbortedError  # uvicorn answers 500 where nothing was said


async def _nothing(message: Message) -> None:
    """Swallow what the Web API said."""


async def _say(send: Send, status: int, body: object, retry_after: str = "") -> None:
    headers = [(b"content-type", b"application/json")]
    if retry_after:
        headers.append((b"retry-after", retry_after.encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


@dataclass(frozen=True)
class Slack:
    """The workspace from inside, and the people in it."""

    sandbox: Sandbox
    people: Workplace
    url: str
    troubles: Counter[str]
    _on: list[bool]

    def trouble(self, on: bool) -> None:
        """Whether the Web API is in trouble from now on."""
        self._on[0] = on

    def thread(self, channel: str, ts: str) -> list[Said]:
        """What stands in a thread under its first message, oldest first."""
        return [m for m in self.sandbox.state.messages.thread(channel, ts) if m.inside == ts]

    def of_bot(self, channel: str, ts: str) -> list[Said]:
        """The bot's messages in a thread."""
        return [m for m in self.thread(channel, ts) if m.body.get("user") == BOT_USER]

    def whispers(self, user: str, channel: str, since: str) -> list[Said]:
        """What only this person was told in a channel since then."""
        found = self.sandbox.state.messages.in_channel(channel)
        return [m for m in found if m.visible_to == user and m.ts > since]

    @property
    def pending(self) -> int:
        """Deliveries that Slack still tries."""
        return len(self.sandbox.state.deliveries.pending())


@asynccontextmanager
async def slack(
    seed: int, bot_url: str, secret: str, folder: Path, time_scale: float
) -> AsyncIterator[Slack]:
    """A workspace that delivers to `bot_url`."""
    config = Config(
        bot_url=bot_url, signing_secret=secret, data_dir=folder / "slack", time_scale=time_scale
    )
    app, made, on = create_app(config), Counter[str](), [False]
    sandbox: Sandbox = app.state.sandbox
    app.add_middleware(Trouble, seed=seed, made=made, on=on)
    async with served(app) as url, httpx.AsyncClient(base_url=url, timeout=30) as http:
        yield Slack(sandbox, Workplace(http), url, made, on)
