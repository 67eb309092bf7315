"""The address of the database leads elsewhere: what was connected before is given up, whoever holds it."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from structlog.testing import capture_logs

from bot.adapters.redis import RedisTimetable
from bot.bootstrap.watching import Watch, server_at
from bot.ending import end
from tests.fakes.workplace import until
from tests.scenarios.outages.database import Database
from tests.scenarios.outages.line import Line

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(90)]


@pytest.fixture
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    server = Database(tmp_path_factory.mktemp("o"))
    yield server
    server.kill()


@pytest.fixture
async def client(line: Line) -> AsyncIterator[Redis]:
    """As docket's: it waits for an answer for as long as it takes."""
    async with Redis.from_url(line.url, decode_responses=True, socket_timeout=None) as client:
        yield client


@pytest.fixture
async def watched(line: Line, client: Redis) -> AsyncIterator[None]:
    """A watch that has seen that all is well."""
    well = asyncio.Event()

    async def settle() -> None:
        well.set()

    async with server_at(line.url) as server, Redis.from_url(line.url) as looking:
        timetable = RedisTimetable(looking, "queue", "prefix", {"task": 60.0})
        pools = [client.connection_pool, looking.connection_pool]
        watch = asyncio.create_task(Watch(server, pools, timetable, settle).keep())
        await until("a look", well.is_set)
        yield
        await end(watch, patience=5.0)


async def written(client: Redis) -> bool:
    """Over the connection that is there; whoever is cut off from it tries again."""
    try:
        return bool(await client.set("there", "1"))
    except RedisError:
        return False


async def test_a_replica_is_left_after_a_single_look(
    watched: None, client: Redis, line: Line, database: Database, other: Database
) -> None:
    await client.set("somewhere", "1")
    line.target = other.port
    database.follow(other.port)
    await until("a write to arrive", lambda: written(client))
    assert other.tell("GET", "there") == "1"


async def test_a_server_that_has_fallen_silent_is_left_after_a_single_look(
    watched: None, client: Redis, line: Line, database: Database, other: Database
) -> None:
    await client.set("somewhere", "1")
    line.target = other.port
    database.tell("CLIENT", "PAUSE", 600_000, "ALL")
    await until("a write to arrive", lambda: written(client))
    assert other.tell("GET", "there") == "1"


async def test_a_server_that_was_silent_for_a_moment_keeps_its_connections(
    watched: None, client: Redis, line: Line
) -> None:
    with capture_logs() as said:

        def heard(event: str) -> bool:
            return any(entry["event"] == event for entry in said)

        before = await client.client_id()
        line.hold()
        await until("the silence to be seen", lambda: heard("database_in_trouble"))
        line.release()
        await until("the answer to be seen", lambda: heard("database_well"))
        assert await client.client_id() == before
