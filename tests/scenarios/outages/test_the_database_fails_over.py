"""The address of the database leads to what was its replica; the old primary still answers readers."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories import ASKER
from tests.fakes.openai_account import Scripted
from tests.fakes.workplace import until
from tests.scenarios.outages.conftest import Site
from tests.scenarios.outages.database import Database, wait

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(90)]


@pytest.fixture
def replica(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    server = Database(tmp_path_factory.mktemp("p"))
    server.follow(database.port)
    wait("the replica to be in step", server.in_step)
    yield server
    server.kill()


async def test_a_failover_in_the_middle_of_an_answer_loses_and_doubles_nothing(
    site: Site, replica: Database, tmp_path: Path
) -> None:
    gate = asyncio.Event()
    site.models.queue(Scripted("It was said in the end.", gate=gate))
    begun = await site.people.ask(ASKER, "@apprentice before?")
    await until("the model to be asked", lambda: site.models.chats)
    await site.people.quiet()

    # The primary waits until the replica has everything, and becomes its replica.
    site.database.tell("FAILOVER", "TO", "127.0.0.1", replica.port, "TIMEOUT", "5000")
    await until("the replica to lead", lambda: replica.info("replication")["role"] == "master")
    site.line.target = replica.port
    gate.set()

    asked = await site.people.ask(ASKER, "@apprentice and now?")
    for ts in (begun, asked):
        await site.people.answer(ts)
    await site.people.quiet()
    assert [len(await site.people.answers(ts)) for ts in (begun, asked)] == [1, 1]
    await until("the bot to be ready", site.is_ready)
    assert "Traceback" not in site.bot.log()
