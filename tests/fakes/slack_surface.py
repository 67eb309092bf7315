"""The bot's surface alone, on a sandbox workspace: what becomes of a reply in Slack."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import httpx
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.conversation import Reply, Turn
from bot.domain.ports import LiveReply
from bot.domain.preferences import ChannelSettings
from bot.sandbox.app import create_app
from bot.sandbox.config import Config
from bot.sandbox.workspace import BOT_TOKEN
from bot.slack.clients import OneWorkspace
from bot.slack.door import Lines
from bot.slack.people import People
from bot.slack.surface import SlackSurface
from bot.slack.surface.pace import Pace
from tests import factories
from tests.factories import ASKER
from tests.fakes.serving import served
from tests.fakes.workplace import BOT, Json, Workplace

STOP = "stop_reply"


class NoPreferences:
    """Nothing was chosen."""

    async def channel(self, team: str, channel: str) -> ChannelSettings:
        return ChannelSettings()


class Shaky(AsyncWebClient):
    """Loses Slack's answers to the next calls of a method, which were carried out. Counts calls."""

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.lose: Counter[str] = Counter()
        self.calls: list[tuple[str, Json]] = []

    async def api_call(self, api_method: str, **values: Any) -> AsyncSlackResponse:  # type: ignore[override]
        self.calls.append((api_method, values))
        answer = await super().api_call(api_method, **values)
        if self.lose[api_method] > 0:
            self.lose[api_method] -= 1
            raise aiohttp.ClientConnectionError("cut")
        return answer


@dataclass(frozen=True)
class Bench:
    """A surface, and what people see of it. `again` is the surface of another process."""

    people: Workplace
    surface: SlackSurface
    slack: Shaky

    def again(self, **changes: Any) -> SlackSurface:
        return replace(self.surface, _lines=[], **changes)

    async def asked(self, text: str = "How many days?", **changes: object) -> Turn:
        """A question in the channel, to be answered."""
        ts = await self.people.ask(str(changes.get("user", ASKER)), text)
        return factories.turn(text, ts=ts, thread_ts=ts, **changes)

    async def replies(self, turn: Turn) -> list[Json]:
        """The bot's messages in the thread, oldest first."""
        found = await self.people.messages()
        return [m for m in found if m.get("user") == BOT and m.get("thread_ts") == turn.thread_ts]

    async def finished(self, turn: Turn) -> list[str]:
        """The texts of the messages, all of which are finished, with buttons under the last only."""
        messages = await self.replies(turn)
        assert not any(message["streaming"] for message in messages)
        assert not any(STOP in str(message["blocks"]) for message in messages)
        assert [m["metadata"]["event_payload"]["part"] for m in messages] == [*range(len(messages))]
        buttons = ["feedback_buttons" in str(message["blocks"]) for message in messages]
        assert buttons == [*([False] * (len(messages) - 1)), True]
        return [text_of(message) for message in messages]

    async def said(self, live: LiveReply, turn: Turn, *pieces: str, **changes: object) -> Reply:
        """Append pieces, then finish with all of them."""
        for piece in pieces:
            await live.append(piece)
        reply = answer(turn, "".join(pieces), **changes)
        await live.finish(reply)
        return reply


def answer(turn: Turn, content: str, **changes: object) -> Reply:
    """The model's reply to a turn."""
    values = {"reply_id": turn.reply_id, "channel": turn.channel, "thread_ts": turn.thread_ts}
    return factories.reply(content).model_copy(update=values | changes)


def text_of(message: Json) -> str:
    """The markdown of a message."""
    return "".join(each["text"] for each in message["blocks"] if each["type"] == "markdown")


@asynccontextmanager
async def bench(
    data_dir: Path, *, stream_seconds: float = 300.0, **surface: Any
) -> AsyncIterator[Bench]:
    """A workspace whose bot is nothing but a surface; its live edits and appends are not slowed."""
    config = Config(
        bot_url="http://127.0.0.1:9",
        signing_secret="unused",
        data_dir=data_dir / "slack",
        time_scale=0.001,
        stream_seconds=stream_seconds,
    )
    async with (
        served(create_app(config)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as http,
        aiohttp.ClientSession() as session,
    ):
        slack = Shaky(token=BOT_TOKEN, base_url=f"{url}/api/", session=session, retry_handlers=[])
        patient = Lines(f"{url}/api/", session).patient(BOT_TOKEN)
        clients = OneWorkspace(patient, slack)
        values = {"appends": Pace(0.0), "edits": Pace(0.0), **surface}
        people = People(clients, NoPreferences())  # type: ignore[arg-type]
        yield Bench(Workplace(http), SlackSurface(clients, people, **values), slack)
