"""A workspace whose bot is killed wherever a plan says, and started again as its operator would.

async with crashing(nursery, redis_url, tmp_path) as world:
    ts = await world.people.ask(ASKER, "@apprentice hello?")
    world.reaper.arm(everywhere())
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from redis.asyncio import Redis

from bot.sandbox.app import create_app
from bot.sandbox.config import Config
from finetune import Settings
from finetune.bootstrap import Toolkit, toolkit
from tests.factories import ADMIN, CURATOR
from tests.fakes.crashing.http_door import http_door, of_provider, of_slack
from tests.fakes.crashing.passing import let_time_pass, make_due
from tests.fakes.crashing.reaper import Reaper, Side
from tests.fakes.crashing.redis_door import redis_door
from tests.fakes.crashing.slack_door import slack_door
from tests.fakes.crashing.ward import Nursery
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.openai_stub import serving
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.workplace import Workplace, until

SECRET = "the-signing-secret"


@dataclass
class World:
    """The people, the model, what is stored, and who kills the bot."""

    people: Workplace
    models: OpenAIStub
    reaper: Reaper
    redis: Redis
    kit: Toolkit
    directory: Path
    bot_url: str
    slack: Any  # the sandbox's own state

    def log(self) -> str:
        """What all lives of the bot have written."""
        return (self.directory / "bot.log").read_text()

    async def later(self) -> None:
        """What was put off for a minute becomes due."""
        await make_due(self.redis)


@asynccontextmanager
async def crashing(
    nursery: Nursery,
    redis_url: str,
    directory: Path,
    changes: Mapping[str, str] | None = None,
    *,
    files: bool = False,
) -> AsyncIterator[World]:
    """A bot in a process of its own, all of whose connections can kill it."""
    async with AsyncExitStack() as stack:
        models = await stack.enter_async_context(serving())
        redis = await stack.enter_async_context(Redis.from_url(redis_url, decode_responses=True))
        with taken_port() as listening:
            bot_url = url_of(listening)
        wanted: dict[str, Any] = {"arguments": ["serve"], "directory": str(directory)}

        async def again() -> int:
            await let_time_pass(redis)
            born = nursery.born(**wanted)
            await until("the bot to listen", lambda: _listens(int(bot_url.rpartition(":")[2])))
            return born.pid

        reaper = Reaper(again)
        sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="r")))
        door = await stack.enter_async_context(slack_door(reaper, bot_url, SECRET))
        config = Config(
            bot_url=door,
            signing_secret=SECRET,
            data_dir=directory / "slack",
            time_scale=0.001,
            rate_limits=False,
            ack_seconds=60,
            trigger_seconds=60,
        )
        app = create_app(config)
        slack_url = await stack.enter_async_context(served(app))
        slack = await stack.enter_async_context(http_door(reaper, f"{slack_url}/api/", of_slack))
        provider = await stack.enter_async_context(http_door(reaper, models.url, of_provider))
        behind = await stack.enter_async_context(redis_door(reaper, redis_url, sockets))
        values = {
            "SLACK_BASE_URL": slack,
            "SLACK_BOT_TOKEN": "xoxb-sandbox-bot",
            "SLACK_SIGNING_SECRET": SECRET,
            "OPENAI_BASE_URL": provider,
            "OPENAI_API_KEY": "key",
            "CHAT_MODEL": "base",
            "BASE_MODEL": "base",
            "ADMINS": ADMIN,
            "CURATORS": CURATOR,
            "PROMOTION": "auto",
            "RETRAIN_MIN_EXAMPLES": "1",
            "REDIS_URL": behind,
            "DATA_DIR": str(directory / "data"),
            "HOST": "127.0.0.1",
            "PORT": bot_url.rpartition(":")[2],
            "POLL_SECONDS": "0.05",
            "SSL_CERT_DIR": str(sockets),  # none are needed, and reading them takes long
            **(changes or {}),
        }
        wanted["environment"] = values
        if files:
            wanted["files"] = await stack.enter_async_context(_file_door(reaper, sockets))
        own = {"redis_url": redis_url, "data_dir": values["DATA_DIR"], "chat_model": "base"}
        kit = await stack.enter_async_context(toolkit(Settings.model_validate(own), redis_url))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=slack_url, timeout=60))
        stack.push_async_callback(reaper.stop)
        await reaper.start()
        yield World(
            Workplace(http), models, reaper, redis, kit, directory, bot_url, app.state.sandbox.state
        )


async def _listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@asynccontextmanager
async def _file_door(reaper: Reaper, folder: Path) -> AsyncIterator[str]:
    """Where a process asks before it changes a file."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        effect = (await reader.readline()).decode().strip()
        if not effect or not await reaper.dies(effect, Side.BEFORE):
            writer.write(b"1")
        writer.close()

    path = folder / "f"
    server = await asyncio.start_unix_server(answer, path)
    try:
        yield str(path)
    finally:
        server.close()
