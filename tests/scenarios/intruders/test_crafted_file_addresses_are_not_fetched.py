"""The bot's token and its requests go to Slack's file host alone, wherever a file's url points."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.documents import Why
from bot.domain.conversation import SharedFile
from bot.errors import FileUnreadable
from bot.slack.clients import Clients, OneWorkspace
from bot.slack.files import SlackFiles, slacks_own
from tests.fakes.serving import served

pytestmark = pytest.mark.anyio
TOKEN = "xoxb-to-be-kept"
SLACK = "https://slack.com/api/"


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/a",
        "https://files.slack.com@evil.example/a",
        "https://files.slack.com:443@evil.example/a",
        "https://user:pass@files.slack.com/a",
        "https://files.slack.com.evil.example/a",
        "https://evil.example/files.slack.com",
        "https://evil.example#@files.slack.com/",
        "https://evil.example\\@files.slack.com/a",
        "https://files.slack.com\\@evil.example/a",
        "http://files.slack.com/a",
        "https://files.slack.com:444/a",
        "https://files.slack.com:x/a",
        "https://127.0.0.1/a",
        "https://2130706433/a",
        "https://0x7f.1/a",
        "https://[::1]/a",
        "https://[::ffff:169.254.169.254]/a",
        "http://169.254.169.254/latest/meta-data/",
        "ftp://files.slack.com/a",
        "file:///etc/passwd",
        "//files.slack.com/a",
        "files.slack.com/a",
        "https://ﬁles.slack.com/a",
        "https://files.slack.com\n.evil.example/a",
        "",
    ],
)
def test_only_slacks_file_host_gets_the_token(url: str) -> None:
    assert not slacks_own(url, SLACK)


def test_slacks_file_host_gets_it() -> None:
    assert slacks_own("https://files.slack.com/files-pri/T0-F0/download/a.txt", SLACK)


@dataclass
class Host:
    """Records what it was asked; answers what the test says."""

    status: int = 200
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b"hello"
    asked: list[dict[bytes, bytes]] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        self.asked.append(dict(scope["headers"]))
        await receive()
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


@dataclass(frozen=True)
class Street:
    """Slack's host of files, another one beside it, and the bot."""

    slack: Host
    slack_url: str
    evil: Host
    evil_url: str
    files: SlackFiles

    async def refused(self, url: str, most: int = 1_000) -> str:
        """Why a file was not loaded."""
        file = SharedFile(file_id="F1", name="a.txt", mimetype="text/plain", url=url)
        with pytest.raises(FileUnreadable) as told:
            await self.files.load("T1", file, most)
        return told.value.why


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    slack, evil = Host(), Host()
    async with (
        served(cast("Any", slack)) as slack_url,
        served(cast("Any", evil)) as evil_url,
        aiohttp.ClientSession() as session,
    ):
        client = AsyncWebClient(token=TOKEN, base_url=f"{slack_url}/api/")
        clients = cast("Clients", OneWorkspace(client, client))
        yield Street(slack, slack_url, evil, evil_url, SlackFiles(clients, session))


async def test_another_host_is_not_even_asked(street: Street) -> None:
    assert await street.refused(f"{street.evil_url}/a") == Why.EXTERNAL
    assert not street.evil.asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_slack_sends_nobody_elsewhere(street: Street, status: int) -> None:
    street.slack.status = status
    for where in (f"{street.evil_url}/a", f"//{street.evil_url.partition('//')[2]}/a"):
        street.slack.headers = [(b"location", where.encode())]
        assert await street.refused(f"{street.slack_url}/files/a") == Why.NO_ACCESS
    assert not street.evil.asked
    assert {each[b"authorization"] for each in street.slack.asked} == {f"Bearer {TOKEN}".encode()}


async def test_a_circle_ends(street: Street) -> None:
    street.slack.status = 302
    street.slack.headers = [(b"location", f"{street.slack_url}/files/a".encode())]
    assert await street.refused(f"{street.slack_url}/files/a") == Why.NO_ACCESS
    assert len(street.slack.asked) < 10


async def test_a_body_longer_than_announced_is_cut_off(street: Street) -> None:
    street.slack.body = b"x" * 3_000_000
    assert await street.refused(f"{street.slack_url}/files/a", most=1_000) == Why.TOO_LARGE


async def test_a_page_in_place_of_a_file_is_not_read(street: Street) -> None:
    street.slack.headers = [(b"content-type", b"text/html")]
    assert await street.refused(f"{street.slack_url}/files/a") == Why.NO_ACCESS
