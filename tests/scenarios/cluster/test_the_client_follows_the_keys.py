"""The client over three real nodes: keys that move, a node that is away, and docket's own connections."""

from collections.abc import AsyncIterator, Iterator

import pytest
from docket import Docket
from redis.asyncio import Redis
from redis.exceptions import ConnectionError, WatchError  # noqa: A004 - the driver's own

from bot.adapters.redis import RedisQueue, RedisTurns, RedisWaiting
from bot.adapters.redis.waiting import LIST
from bot.bootstrap.watching import told_by_the_queues_node
from finetune.adapters.redis import Keys, connect
from finetune.adapters.redis.connection import nodes_of, remove_workspace
from tests.factories import turn
from tests.scenarios.cluster.nodes import Nodes, three_nodes
from tests.scenarios.outages.database import wait

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]
TAGS = ("{T0MILL0001}", "{T0HILL0001}", "{T0LAKE0001}")  # of workspaces on three nodes


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    with three_nodes(tmp_path_factory.mktemp("c")) as made:
        yield made


@pytest.fixture
async def client(nodes: Nodes) -> AsyncIterator[Redis]:
    async with connect(nodes.url) as made:
        yield made


def elsewhere(nodes: Nodes, tag: str) -> int:
    """A node that keeps this key now, but not any more: it moves there."""
    there = (nodes.keeper(tag) + 1) % 3
    nodes.move(tag, to=there)
    return there


async def test_a_workspace_is_removed_wherever_it_has_moved(nodes: Nodes, client: Redis) -> None:
    keys = Keys("T0MOVED001")
    for number in range(20):
        await client.set(keys(str(number)), "x")
    there = elsewhere(nodes, "{T0MOVED001}")
    await remove_workspace(client, keys)
    slot = nodes.all[there].tell("CLUSTER", "KEYSLOT", "{T0MOVED001}")
    assert nodes.all[there].tell("CLUSTER", "COUNTKEYSINSLOT", int(slot)) == "0"


async def test_what_is_watched_is_looked_at_anew_and_the_rest_is_followed(
    nodes: Nodes, client: Redis
) -> None:
    name = "{T0WATCH001}:n"
    await client.set(name, "1")
    async with client.pipeline(transaction=True) as pipe:
        await pipe.watch(name)
        assert await pipe.get(name) == "1"
        elsewhere(nodes, name)
        pipe.multi()
        pipe.incr(name)
        with pytest.raises(WatchError):
            await pipe.execute()
    async with client.pipeline(transaction=True) as pipe:
        pipe.incr(name)
        elsewhere(nodes, name)
        assert await pipe.execute() == [2]
    elsewhere(nodes, name)
    async with client.pipeline(transaction=False) as pipe:
        pipe.incr(name)
        pipe.incr(name)
        assert await pipe.execute() == [3, 4]


async def test_keys_that_are_under_way_are_away(nodes: Nodes, client: Redis) -> None:
    name = "{T0WAY00001}:n"
    await client.set(name, "1")
    with nodes.under_way(name), pytest.raises(ConnectionError, match="being moved"):
        await client.get(f"{name}:more")
    with nodes.under_way(name), pytest.raises(ConnectionError, match="being moved"):
        [found async for found in client.scan_iter(match="{T0WAY00001}:m*")]
    assert await client.get(name) == "1"


async def test_who_needs_another_node_looks_for_none_that_is_away(
    nodes: Nodes, client: Redis
) -> None:
    turns = [turn(tag, team=tag[1:-1]) for tag in TAGS]
    for each in turns:
        await RedisTurns(client, 86_400).accept(each)
        await client.zadd(LIST, {f"{each.team} {each.turn_id}": 1})
    gone = next(tag for tag in TAGS if nodes.of(tag) != nodes.of(LIST))
    others = [tag for tag in TAGS if tag != gone]
    away = nodes.all[nodes.of(gone)]
    away.kill()
    try:
        with pytest.raises(ConnectionError):
            await client.get(gone)
        before = nodes.looks()
        for _ in range(20):
            assert await client.get(others[0]) is None
        assert nodes.looks() == before
        async with client.pipeline(transaction=False) as pipe:
            for tag in TAGS:
                pipe.exists(tag)
            found = await pipe.execute(raise_on_error=False)
        assert [isinstance(each, Exception) for each in found] == [tag == gone for tag in TAGS]
        assert {each.text for each in await RedisWaiting(client).due()} == {*others}
        assert await client.zcard(LIST) == 3
        with pytest.raises(ConnectionError):  # and no error among what it found
            await RedisQueue(client, f"{gone}:stream", f"{gone}:queue", "group").state()
    finally:
        away.start()
        wait("the nodes to know each other", nodes.agreed)
    assert await client.get(gone) is None
    assert len(await nodes_of(client)) == 3


async def test_docket_hears_its_news_from_the_node_of_its_queue(nodes: Nodes) -> None:
    """By parts of docket that it does not promise: another version must not lose this in silence."""
    heard = {}
    for name in ("one", "two", "three", "four", "five", "six"):
        async with Docket(name=name, url=nodes.url) as docket:
            told_by_the_queues_node(docket)
            async with docket._redis.pubsub() as news:
                await news.subscribe(f"{{{name}}}:news")
                connected = news.connection
                assert connected is not None
                heard[nodes.of(docket.stream_key)] = connected.port
    assert len(heard) == 3
    assert heard == {number: node.port for number, node in enumerate(nodes.all)}
