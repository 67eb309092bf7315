"""The whole bot against a Slack that somebody else wrote: emulate, installed by install.sh."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.bootstrap import open_service
from bot.ending import end
from bot.manifest import SCOPES
from bot.sandbox.dispatcher import signature
from bot.settings import Settings
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.openai_stub import serving
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.workplace import until
from tests.judge.interpreter import interpreter
from tests.scenarios.bot.conftest import SECRET, environment

HOME = Path(__file__).parents[2] / ".tools" / "judge"
TEAM, CHANNEL, PERSON = "T000000001", "C000000001", "U000000001"  # what emulate begins with
BOT, BOT_ID, APP = "U0APPRENTI", "B0APPRENTI", "A0DEMO0001"
TOKEN, PERSONS_TOKEN = "xoxb-sandbox-bot", "xoxp-person"
SEED = {
    "slack": {
        "strict_scopes": True,
        "oauth_apps": [
            {
                "client_id": "1.2",
                "client_secret": "secret",
                "app_id": APP,
                "name": "apprentice",
                "redirect_uris": [],
                "scopes": list(SCOPES),
                "bot_id": BOT_ID,
                "bot_user_id": BOT,
                "bot_name": "apprentice",
            }
        ],
        "tokens": [
            {"token": PERSONS_TOKEN, "user_id": PERSON},
            {
                "token": TOKEN,
                "type": "bot",
                "user_id": BOT,
                "scopes": list(SCOPES),
                "app_id": APP,
                "bot_id": BOT_ID,
                "bot_user_id": BOT,
            },
        ],
    }
}


@pytest.fixture(autouse=True)
def installed() -> None:
    """What npm could not install is not asked: install.sh has said so."""
    if not (HOME / ".installed").exists():
        pytest.skip("the outside judge is not installed: sh tests/judge/install.sh")


@dataclass(frozen=True)
class Person:
    """Calls methods with a JSON body, which the judge reads everywhere; slack_sdk puts some into the address."""

    url: str

    async def call(self, method: str, token: str = PERSONS_TOKEN, **arguments: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(headers=headers) as http:
            answer = (await http.post(f"{self.url}/api/{method}", json=arguments)).json()
        assert answer["ok"], answer
        return answer


@dataclass(frozen=True)
class Court:
    """The judge, a person who talks to it, and the bot's door for what Slack would deliver."""

    url: str
    slack_url: str
    person: Person
    models: OpenAIStub
    bot_url: str

    async def deliver(self, event: dict[str, Any]) -> None:
        """Hand the bot an event, signed as Slack signs it; the judge itself signs none."""
        body = json.dumps(
            {
                "type": "event_callback",
                "team_id": TEAM,
                "api_app_id": APP,
                "event_id": f"Ev{time.time_ns()}",
                "event_time": int(time.time()),
                "event": event,
                "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
            }
        )
        await self._post(body, "application/json")

    async def interact(self, payload: dict[str, Any]) -> None:
        """Hand the bot a click."""
        about = {
            "user": {"id": PERSON, "username": "admin", "name": "admin", "team_id": TEAM},
            "team": {"id": TEAM, "domain": "emulate"},
            "api_app_id": APP,
            "is_enterprise_install": False,
            "enterprise": None,
        }
        body = urlencode({"payload": json.dumps({**about, **payload})})
        await self._post(body, "application/x-www-form-urlencoded")

    async def ask(self, text: str, *, thread: str | None = None) -> str:
        """A person mentions the bot in the channel, or in a thread; the question's ts."""
        words = f"<@{BOT}> {text}"
        inside = {"thread_ts": thread} if thread else {}
        posted = await self.person.call("chat.postMessage", channel=CHANNEL, text=words, **inside)
        ts = str(posted["ts"])
        event = {"user": PERSON, "text": words, "ts": ts, "channel": CHANNEL, "event_ts": ts}
        event |= inside
        await self.deliver({"type": "app_mention", **event})
        return ts

    async def answer(self, thread: str) -> dict[str, Any]:
        """Wait for the bot's finished reply in the thread, as the judge shows it."""

        async def finished() -> dict[str, Any] | None:
            found = await self.person.call("conversations.replies", channel=CHANNEL, ts=thread)
            mine = [each for each in found["messages"] if each["user"] == BOT]
            buttons = (each for each in mine if "context_actions" in str(each.get("blocks")))
            return next(buttons, None)

        return dict(await until("an answer before the judge", finished))

    async def views(self) -> str:
        """The table of views on the judge's own page."""
        async with httpx.AsyncClient() as http:
            return (await http.get(self.url, params={"tab": "views"})).text

    async def trigger(self) -> str:
        """A trigger id of the judge for the app, as the person's click would bring one."""
        made = await self.person.call("views.generateTriggerId", TOKEN, user_id=PERSON)
        return str(made["trigger_id"])

    async def _post(self, body: str, kind: str) -> None:
        headers = {"Content-Type": kind, **signature(SECRET, body)}
        async with httpx.AsyncClient() as http:
            answer = await http.post(f"{self.bot_url}/slack/events", content=body, headers=headers)
        assert answer.status_code == 200, answer.text


@asynccontextmanager
async def judging() -> AsyncIterator[str]:
    """A running judge's address."""
    node = HOME / "node"
    assert node.exists(), "the outside judge is not installed: run `make judge`"
    with taken_port() as free:
        port = free.getsockname()[1]
    command = (str(node), str(HOME / "serve.mjs"), str(port), json.dumps(SEED))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        url = (await process.stdout.readline()).decode().strip()
        assert url, "the judge did not start"
        yield url
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
async def court(redis_url: str, tmp_path: Path) -> AsyncIterator[Court]:
    """The judge and the bot, the bot invited to #general."""
    listening = taken_port()
    bot_url = url_of(listening)
    async with (
        serving() as models,
        judging() as judge_url,
        served(interpreter(judge_url)) as slack_url,
    ):
        person = Person(judge_url)
        await person.call("conversations.invite", channel=CHANNEL, users=BOT)
        values = environment(slack_url, bot_url, models, redis_url, tmp_path)
        values |= {"ADMINS": PERSON, "CURATORS": PERSON}
        settings = Settings.model_validate({key.lower(): value for key, value in values.items()})
        async with open_service(settings) as service, served(service.app, listening):
            working = asyncio.create_task(service.work())
            try:
                yield Court(judge_url, slack_url, person, models, bot_url)
            finally:
                await end(working, patience=5)
