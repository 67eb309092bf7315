"""The curation pages over HTTP: the sandbox's Slack signs people in, the bot serves, nobody works."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from bot.bootstrap import Service, open_service
from bot.sandbox.app import create_app
from bot.sandbox.config import Config
from bot.sandbox.openid import OpenId
from bot.sandbox.workspace import MEMBERS
from bot.settings import Settings
from bot.web.access import Access
from finetune import Dataset, Example, Message, Source, Status
from tests.factories import ADMIN, ASKER, CURATOR, TEAM
from tests.fakes.serving import served, taken_port, url_of

CLIENT, CLIENT_SECRET = "1234.5678", "the-client-secret"
SECRET = "the-signing-secret"
KEY = generate_private_key(public_exponent=65537, key_size=2048)  # slow to make


@dataclass(frozen=True)
class House:
    """The bot's pages and the Slack behind them."""

    url: str
    slack_url: str
    openid: OpenId
    service: Service

    @property
    def dataset(self) -> Dataset:
        return self.service.toolkit.workspace(TEAM).dataset

    def browser(self, **headers: str) -> httpx.AsyncClient:
        """A browser of its own; it keeps cookies and follows nothing by itself."""
        return httpx.AsyncClient(base_url=self.url, headers=headers, timeout=20, verify=False)

    async def wait_for_a_curator(self, number: int = 1) -> list[Example]:
        """So many corrections in the queue."""
        return [await self.dataset.submit(waiting(count)) for count in range(number)]

    def link(self, user: str, team: str = TEAM) -> str:
        """What the button in App Home leads to, as a path."""
        return Access(SECRET, "", None).link(team, user)


def waiting(number: int = 0, **changes: object) -> Example:
    """A correction that nobody has decided about."""
    said = (
        Message(role="user", content=f"How many days, number {number}?"),
        Message(role="assistant", content="25 days."),
    )
    values: dict[str, object] = {
        "example_id": f"example-{number}",
        "messages": said,
        "rejected": "20 days.",
        "status": Status.PENDING,
        "reason": "waits for a curator",
        "source": Source.CORRECTION,
        "thread": f"thread-{number}",
        "authors": (ASKER,),
        "created_at": 1.0,
        "updated_at": 1.0,
    }
    return Example.model_validate(values | changes)


@asynccontextmanager
async def open_house(
    redis_url: str, directory: Path, changes: dict[str, str]
) -> AsyncIterator[House]:
    """A sandbox and a bot that serves."""
    listening = taken_port()
    config = Config(url_of(listening), SECRET, directory / "slack", client_secret=CLIENT_SECRET)
    slack = create_app(config)
    async with served(slack) as slack_url:
        values = {
            "slack_base_url": f"{slack_url}/api/",
            "slack_bot_token": "xoxb-sandbox-bot",
            "slack_signing_secret": SECRET,
            "sign_in_client_id": CLIENT,
            "sign_in_client_secret": CLIENT_SECRET,
            "admins": ADMIN,
            "curators": CURATOR,
            "redis_url": redis_url,
            "data_dir": str(directory),
            "port": url_of(listening).rpartition(":")[2],
            **changes,
        }
        async with (
            open_service(Settings.model_validate(values)) as service,
            served(service.app, listening) as url,
        ):
            yield House(url, slack_url, slack.state.sandbox.openid, service)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def home(
    request: pytest.FixtureRequest, valkey_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """One for each file of tests, which may name settings that it wants otherwise in `CHANGES`."""
    changes = getattr(request.module, "CHANGES", {})
    async with open_house(valkey_url, tmp_path_factory.mktemp("house"), changes) as opened:
        yield opened


@pytest.fixture
def house(home: House, redis_url: str) -> House:
    """With nothing in its database, and a Slack that says the truth."""
    home.openid.claims.clear()
    home.openid.key = KEY
    return home


async def begin(browser: httpx.AsyncClient) -> str:
    """Press our button; Slack's page, as an address."""
    answer = await browser.get("/curate/sign-in")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def choose(address: str, who: str) -> str:
    """Be this person (by id), or `Cancel`, on Slack's page; the path that the browser returns to."""
    async with httpx.AsyncClient(timeout=20, verify=False) as slack:
        page = (await slack.get(address)).text
    words = MEMBERS[who].real_name if who in MEMBERS else who
    found = re.search(rf'href="([^"]*)">{words}[ <]', page)
    assert found is not None, page
    back = urlsplit(unescape(found[1]))
    return f"{back.path}?{back.query}"


async def sign_in(browser: httpx.AsyncClient, who: str = CURATOR) -> httpx.Response:
    """All of it; what comes back at the end."""
    return await browser.get(await choose(await begin(browser), who))


def query(address: str) -> dict[str, str]:
    """Of an address, each name once."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def token_in(page: httpx.Response, name: str = "form_token") -> str:
    """A hidden field of the page's first form that has it."""
    found = re.search(rf'name="{name}" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]
