"""A sandbox with a small real Bolt app behind it, each on its own port, reached over HTTP only."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.app import create_app
from bot.sandbox.config import Config
from bot.sandbox.tour import read_tour
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.workplace import Workplace
from tests.scenarios.sandbox.tiny_app import SECRET, TinyApp

TOUR = Path(__file__).parent / "tour.json"


@dataclass(frozen=True)
class Desk:
    """One running pair: people on one side, the app's Web API client on the other."""

    url: str
    people: Workplace
    client: AsyncWebClient
    app: TinyApp


@asynccontextmanager
async def open_desk(data_dir: Path, **changes: object) -> AsyncIterator[Desk]:
    """A sandbox over this directory, and a new app."""
    slack_port, bot_port = taken_port(), taken_port()
    url = url_of(slack_port)
    client = AsyncWebClient(token="xoxb-sandbox-bot", base_url=f"{url}/api/")
    app = TinyApp(client)
    config = Config(url_of(bot_port), SECRET, data_dir, tour=read_tour(TOUR), time_scale=0.001)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(served(create_app(replace(config, **changes)), slack_port))
        await stack.enter_async_context(served(app.web, bot_port))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url))
        yield Desk(url, Workplace(http), client, app)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        yield opened
