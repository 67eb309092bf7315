"""The office and the branch of the bot's own stories, and a web server that nobody works for."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from redis.asyncio import Redis

from tests.fakes.bot_process import BotProcess
from tests.fakes.crashing.ward import Nursery
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.serving import taken_port, url_of
from tests.scenarios.bot.conftest import branch, environment, models, office, slack_for

__all__ = ["branch", "models", "office"]


@dataclass(frozen=True)
class Web:
    """`bot serve --no-worker` as a process, and its database."""

    url: str
    process: BotProcess
    redis: Redis

    @property
    def memory(self) -> int:
        """Resident bytes of the process."""
        assert self.process._process is not None
        return int(psutil.Process(self.process._process.pid).memory_info().rss)


@pytest.fixture
async def web(
    redis_url: str, models: OpenAIStub, ward: Nursery, tmp_path: Path
) -> AsyncIterator[Web]:
    with taken_port() as listening:
        url = url_of(listening)
    async with (
        slack_for(url, tmp_path) as (slack_url, _),
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        values = environment(slack_url, url, models, redis_url, tmp_path)
        process = BotProcess(values, tmp_path, "serve --no-worker", ward)
        await process.start()
        try:
            yield Web(url, process, redis)
        finally:
            await process.stop()
