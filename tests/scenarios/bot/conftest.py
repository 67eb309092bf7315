"""A whole office: the sandbox workspace, the bot with its worker, a model behind the wire format."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisPreferences, RedisTold, RedisTurns, RedisVerdicts
from bot.bootstrap import Service, open_service
from bot.ending import end
from bot.sandbox.app import create_app
from bot.sandbox.config import Config
from bot.settings import Settings
from finetune.bootstrap import Workspace
from tests.factories import ADMIN, CURATOR, TEAM
from tests.fakes.bot_process import BotProcess
from tests.fakes.crashing.ward import Nursery
from tests.fakes.openai_account import OpenAIStub, TuningJob
from tests.fakes.openai_stub import serving
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.workplace import Workplace, until

DAY = 86_400
PATIENCE = 10  # seconds for what the bot has begun when a test is over
POLICY = {"PROMOTION": "auto", "RETRAIN_MIN_EXAMPLES": "1"}  # a test may set others
SECRET = "the-signing-secret"


@dataclass(frozen=True)
class Office:
    """People, the model, and the bot's inside for looking at what it stored."""

    people: Workplace
    models: OpenAIStub
    service: Service
    turns: RedisTurns
    verdicts: RedisVerdicts
    bot_url: str
    redis: Redis

    @property
    def preferences(self) -> RedisPreferences:
        return RedisPreferences(self.redis)

    @property
    def told(self) -> RedisTold:
        return RedisTold(self.redis)

    @property
    def workspace(self) -> Workspace:
        return self.service.toolkit.workspace(TEAM)


@pytest.fixture
def approval(monkeypatch: pytest.MonkeyPatch) -> None:
    """Promotion by approval."""
    monkeypatch.setitem(POLICY, "PROMOTION", "approve")


@pytest.fixture
async def models() -> AsyncIterator[OpenAIStub]:
    """A provider whose jobs run until a test ends them."""
    async with serving() as stub:
        stub.polls = None
        yield stub


def environment(
    slack_url: str, bot_url: str, models: OpenAIStub, redis_url: str, data_dir: Path
) -> dict[str, str]:
    """What the bot would read from its environment."""
    return {
        "SLACK_BASE_URL": f"{slack_url}/api/",
        "SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
        "SLACK_SIGNING_SECRET": SECRET,
        "OPENAI_BASE_URL": models.url,
        "OPENAI_API_KEY": "key",
        "CHAT_MODEL": "base",
        "BASE_MODEL": "base",
        "ADMINS": ADMIN,
        "CURATORS": CURATOR,
        **POLICY,
        "REDIS_URL": redis_url,
        "DATA_DIR": str(data_dir),
        "HOST": "127.0.0.1",
        "PORT": bot_url.rpartition(":")[2],
        "POLL_SECONDS": "0.1",
        "DRAIN_SECONDS": "0",
    }


@asynccontextmanager
async def slack_for(
    bot_url: str, data_dir: Path, *, time_scale: float = 0.001
) -> AsyncIterator[tuple[str, Workplace]]:
    """A sandbox workspace that delivers to `bot_url`; its retries come so much sooner."""
    config = Config(
        bot_url=bot_url, signing_secret=SECRET, data_dir=data_dir / "slack", time_scale=time_scale
    )
    async with (
        served(create_app(config)) as url,
        httpx.AsyncClient(base_url=url, timeout=20) as http,
    ):
        yield url, Workplace(http)


async def job(models: OpenAIStub) -> TuningJob:
    """Wait for the one fine-tuning job."""
    await until("a fine-tuning job", lambda: models.jobs)
    return models.job


@pytest.fixture
async def office(redis_url: str, models: OpenAIStub, tmp_path: Path) -> AsyncIterator[Office]:
    """Everything in this process; the bot is reached over signed HTTP only."""
    listening = taken_port()
    bot_url = url_of(listening)
    async with slack_for(bot_url, tmp_path) as (slack_url, people):
        values = environment(slack_url, bot_url, models, redis_url, tmp_path)
        settings = Settings.model_validate({key.lower(): value for key, value in values.items()})
        async with (
            Redis.from_url(redis_url, decode_responses=True) as redis,
            open_service(settings) as service,
            served(service.app, listening),
        ):
            working = asyncio.create_task(service.work())
            try:
                yield Office(
                    people,
                    models,
                    service,
                    RedisTurns(redis, DAY),
                    RedisVerdicts(redis),
                    bot_url,
                    redis,
                )
            finally:
                await end(working, patience=PATIENCE)


@dataclass(frozen=True)
class Branch:
    """As `Office`, with the bot in a process of its own."""

    people: Workplace
    models: OpenAIStub
    bot: BotProcess


@pytest.fixture
async def branch(
    redis_url: str, models: OpenAIStub, tmp_path: Path, ward: Nursery
) -> AsyncIterator[Branch]:
    with taken_port() as listening:
        bot_url = url_of(listening)
    # Retries at once, after 3 s and after 15 s: long enough for a killed bot to be back.
    async with slack_for(bot_url, tmp_path, time_scale=0.05) as (slack_url, people):
        values = environment(slack_url, bot_url, models, redis_url, tmp_path)
        bot = BotProcess(values, tmp_path, ward=ward)
        await bot.start()
        try:
            yield Branch(people, models, bot)
        finally:
            await bot.stop()
