"""A bot in a process of its own, with a database that a test may trouble, and a line between them."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.bot_process import BotProcess
from tests.fakes.crashing.ward import Nursery
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.serving import taken_port, url_of
from tests.fakes.signed_events import deliver, message
from tests.fakes.workplace import Workplace
from tests.scenarios.bot.conftest import SECRET, environment, models, slack_for
from tests.scenarios.outages.database import Database
from tests.scenarios.outages.line import Line, line_to

__all__ = ["models"]
SLACKS_PATIENCE = 3.0  # seconds that Slack waits for an answer


@dataclass(frozen=True)
class Site:
    """People, the model, the bot and what lies under it."""

    people: Workplace
    models: OpenAIStub
    bot: BotProcess
    database: Database
    line: Line

    @property
    def url(self) -> str:
        return f"http://{self.bot.environment['HOST']}:{self.bot.environment['PORT']}"

    async def deliver(self, text: str, ts: str) -> int | None:
        """One delivery of a message, as Slack makes it: the status, or None after three seconds."""
        try:
            return await deliver(
                self.url, SECRET, message(text, ts), f"Ev{ts}", patience=SLACKS_PATIENCE
            )
        except httpx.TransportError:
            return None

    async def ready(self) -> tuple[int, list[str]]:
        """What /readyz says: its status and the problems."""
        async with httpx.AsyncClient(timeout=SLACKS_PATIENCE) as http:
            answer = await http.get(f"{self.url}/readyz")
        return answer.status_code, answer.json()["problems"]

    async def is_ready(self) -> bool:
        return (await self.ready())[0] == 200

    def logged(self) -> list[dict[str, Any]]:
        """What the bot has logged; every line is one JSON object."""
        return [json.loads(line) for line in self.bot.log().splitlines()]


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    server = Database(tmp_path_factory.mktemp("d"))
    yield server
    server.kill()


@pytest.fixture
async def line(database: Database) -> AsyncIterator[Line]:
    async with line_to(database.port) as line:
        yield line


@pytest.fixture
def more_environment() -> dict[str, str]:
    """What a test adds to the bot's environment."""
    return {}


@pytest.fixture
async def site(
    database: Database,
    line: Line,
    models: OpenAIStub,
    tmp_path: Path,
    more_environment: dict[str, str],
    ward: Nursery,
) -> AsyncIterator[Site]:
    with taken_port() as listening:
        bot_url = url_of(listening)
    async with slack_for(bot_url, tmp_path, time_scale=0.05) as (slack_url, people):
        values = environment(slack_url, bot_url, models, line.url, tmp_path)
        born = (
            None if more_environment else ward
        )  # the forked have imported all before they have it
        bot = BotProcess({**values, **more_environment}, tmp_path, ward=born)
        await bot.start()
        try:
            yield Site(people, models, bot, database, line)
        finally:
            line.delay = 0.0
            line.release()
            await bot.stop()
