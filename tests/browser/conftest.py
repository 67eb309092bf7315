"""Hoshi Bakery in a real browser: the bot with its worker, its model, and Slack's page for everyone.

One Chromium for each file of tests, which therefore share an event loop; everything else is new for
each test.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page
from redis.asyncio import Redis

from bot.adapters.redis import RedisPreferences
from bot.bootstrap import Service, open_service
from bot.domain.preferences import ChannelSettings
from bot.ending import end
from bot.settings import Settings
from finetune.bootstrap import Workspace
from tests.browser.bakery import BASE, HANDBOOK, MODEL, TALK, known
from tests.factories import ASKER, TEAM
from tests.fakes.chromium import chromium, page_of
from tests.fakes.openai_account import OpenAIStub, Scripted
from tests.fakes.openai_stub import serving
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.workplace import Workplace
from tests.scenarios.bot.conftest import environment, slack_for

Choices = dict[str, str]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as launched:
        yield launched


@pytest.fixture
def choices() -> Choices:
    """What the people who run this bot chose; a file of tests may choose otherwise."""
    return {}


@pytest.fixture
async def models() -> AsyncIterator[OpenAIStub]:
    """A provider whose models know the bakery's handbook; its jobs run until a test ends them."""
    async with serving() as stub:
        stub.polls = None
        stub.answer = known
        yield stub


@dataclass(frozen=True)
class Bakery:
    """People, the model, and the way into the page."""

    browser: Browser
    url: str
    people: Workplace
    models: OpenAIStub
    service: Service
    redis: Redis
    gates: list[asyncio.Event] = field(default_factory=list)

    @property
    def workspace(self) -> Workspace:
        return self.service.toolkit.workspace(TEAM)

    async def channel(self, **changes: object) -> None:
        """Settings of #handbook, as an admin would make them."""
        settings = ChannelSettings.model_validate(changes)
        await RedisPreferences(self.redis).save_channel(TEAM, HANDBOOK, settings)

    def slowly(self, text: str, after: int) -> asyncio.Event:
        """The model's next answer: word by word, and after so many only when the event is set."""
        self.gates.append(asyncio.Event())
        said = Scripted(text, gate=self.gates[-1], gate_after=after, pause=0.02 if after else 0)
        self.models.queue(said)
        return self.gates[-1]

    async def talk(self) -> None:
        """What colleagues wrote in #handbook before."""
        for user, text in TALK:
            await self.people.ask(user, text, channel=HANDBOOK)

    def opened(
        self, user: str = ASKER, channel: str = HANDBOOK, **more: str
    ) -> AbstractAsyncContextManager[Page]:
        """The page as this person sees it; `more` stands in its address."""
        query = {"user": user, "channel": channel, **more}
        address = "&".join(f"{key}={value}" for key, value in query.items())
        return page_of(self.browser, f"{self.url}/sandbox?{address}", (1280, 800))


@pytest.fixture
async def bakery(
    browser: Browser, redis_url: str, models: OpenAIStub, choices: Choices, tmp_path: Path
) -> AsyncIterator[Bakery]:
    """Everything in this process; the bot is reached over signed HTTP, people over the page."""
    listening = taken_port()
    async with slack_for(url_of(listening), tmp_path) as (slack_url, people):
        values = environment(slack_url, url_of(listening), models, redis_url, tmp_path)
        values |= {"CHAT_MODEL": MODEL, "BASE_MODEL": BASE, "IMAGE_MODELS": "handbook*"}
        values |= {"PUBLIC_URL": url_of(listening), **choices}
        settings = Settings.model_validate({key.lower(): value for key, value in values.items()})
        async with (
            Redis.from_url(redis_url, decode_responses=True) as redis,
            open_service(settings) as service,
            served(service.app, listening),
            working(service),
        ):
            shop = Bakery(browser, slack_url, people, models, service, redis)
            try:
                yield shop
            finally:
                for gate in shop.gates:
                    gate.set()


@asynccontextmanager
async def working(service: Service) -> AsyncIterator[None]:
    """The worker, until the test is over."""
    work = asyncio.create_task(service.work())
    try:
        yield
    finally:
        await end(work, patience=5)


@pytest.fixture
async def page(bakery: Bakery) -> AsyncIterator[Page]:
    """#handbook as Aiko sees it."""
    async with bakery.opened() as opened:
        yield opened
