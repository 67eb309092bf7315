"""Makes the connections, wires everything over them, and closes them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial

import aiohttp
import openai
from docket import Docket
from redis.asyncio import Redis

from bot.adapters.cipher import Cipher
from bot.adapters.provider import Provider
from bot.adapters.redis import (
    RedisDeliveries,
    RedisInstallations,
    RedisQueue,
    RedisSchedule,
    RedisServer,
    RedisWaiting,
    away,
)
from bot.adapters.redis.replays import RedisReplays
from bot.app import create_app
from bot.bootstrap.curating import access_of, pages_of
from bot.bootstrap.outside import outside
from bot.bootstrap.parts import Connections, Parts, parts_of
from bot.bootstrap.service import Service
from bot.bootstrap.taking import taking_of
from bot.bootstrap.watching import server_at, told_by_the_queues_node, watch_of
from bot.bootstrap.working import work_of
from bot.domain.conversation import Turn
from bot.gauges import Gauges
from bot.health import Health
from bot.metrics import Metrics
from bot.outages import OUTAGES
from bot.probes import create_probes, mount_probes
from bot.settings import Settings
from bot.slack.bolt import OAuth
from bot.slack.door import TIMEOUT, Door, Lines, door_of_many, door_of_one
from bot.slack.entrance import Entrance
from bot.slack.genuine import Genuine
from bot.slack.installation import Installations
from bot.slack.listeners import latecomers
from bot.slack.listeners import register as register_listeners
from bot.slack.requests import SlackRequests
from bot.slack.services import Services
from bot.slack.waiting import Waiting
from bot.tasks import register as register_tasks
from bot.web.access import Access
from finetune.bootstrap import connect, database, toolkit

DOCKET = "apprentice-tasks"
OUTAGES.known_by(away)
CONNECTIONS = 96  # to each node of Redis at once; who comes later waits for one


@asynccontextmanager
async def open_service(settings: Settings) -> AsyncIterator[Service]:
    """Connect everything. Raises StoreUnavailable when Redis cannot be reached."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(database(settings))
        kit = await stack.enter_async_context(toolkit(settings, url))
        redis = connect(url, max_connections=CONNECTIONS)
        stack.push_async_callback(redis.aclose)
        # Nobody reads what a task returned or raised; kept, it would have to be picklable.
        docket = await stack.enter_async_context(
            Docket(name=DOCKET, url=url, execution_ttl=timedelta(0))
        )
        told_by_the_queues_node(docket)
        models = openai.AsyncOpenAI(
            api_key=settings.openai_api_key.get_secret_value() or "none",
            base_url=str(settings.openai_base_url) if settings.openai_base_url else None,
        )
        stack.push_async_callback(models.close)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=TIMEOUT))
        door = _door(settings, redis, session)
        await door.open()
        server = await stack.enter_async_context(server_at(url))
        made = Connections(settings, kit, redis, docket, models, session, door, Metrics())
        service = _wire(made, server)
        stack.push_async_callback(service.later.finish)
        yield service


def _wire(made: Connections, server: RedisServer) -> Service:
    settings, kit, door, parts = made.settings, made.kit, made.door, parts_of(made)
    health = Health(server, settings.data_dir)
    gauges = Gauges(
        queue=_queue(made),
        server=server,
        teams=kit.workspaces,
        dataset_of=parts.dataset_of,
        runs_of=parts.runs_of,
        put_aside=parts.chance.aside.counts,
        data_dir=settings.data_dir,
        metrics=made.metrics,
    )
    token = settings.metrics_token.get_secret_value()
    secret = settings.slack_signing_secret.get_secret_value()
    access = access_of(made)
    services = _services(made, parts, health, access)
    entrance = Entrance(door.authorize, services)
    slack = SlackRequests(door.bolt, entrance, Genuine(secret), RedisReplays(made.redis))

    async def catch_up(turn: Turn, stamps: Sequence[str]) -> None:
        await latecomers.catch_up(services, turn, stamps)

    register_tasks(made.docket, work_of(made, parts, catch_up), parts.tasks)
    register_listeners(door.bolt, services)
    pages = pages_of(made, parts, access, lambda: health.leaving.begun)
    return Service(
        settings=settings,
        app=create_app(
            slack,
            partial(mount_probes, health=health, gauges=gauges, token=token),
            pages,
            made.metrics,
        ),
        probes=create_probes(health, gauges, token),
        bolt=door.bolt,
        entrance=entrance,
        docket=made.docket,
        health=health,
        watch=watch_of(made, server, parts.trying.tries.settle),
        toolkit=kit,
        schedule=RedisSchedule(made.redis),
        remove=parts.remove,
        installations=door.installations,
        later=services.later,
        trying=parts.trying,
        chance=parts.chance,
        waiting=Waiting(RedisWaiting(made.redis), parts.clients, parts.people, outside),
    )


def _queue(made: Connections) -> RedisQueue:
    docket = made.docket
    return RedisQueue(made.redis, docket.stream_key, docket.queue_key, docket.worker_group_name)


def _services(made: Connections, parts: Parts, health: Health, access: Access) -> Services:
    settings, provider = made.settings, Provider(made.models)

    async def problems() -> list[str]:
        here = [*await health.problems(), *await health.warnings()]
        return [*here, *await provider.problems()]

    return Services(
        turns=parts.turns,
        verdicts=parts.verdicts,
        deliveries=RedisDeliveries(made.redis),
        tasks=parts.tasks,
        roles=parts.roles,
        preferences=parts.preferences,
        privacy=parts.privacy,
        clients=parts.clients,
        people=parts.people,
        visibility=parts.visibility,
        notices=parts.notices,
        workspace=made.kit.workspace,
        curate_url=access.link,
        champions=parts.champions,
        admin_channel=settings.admin_channel,
        retiring=parts.ending.known,
        problems=problems,
        schedule=settings.retrain_schedule,
        quota=parts.quota,
        allowed_bots=settings.allowed_bots,
        installations=parts.door.installations,
        chance=parts.chance,
        curating=parts.curating,
        steering=parts.steering,
        metrics=made.metrics,
        take=taking_of(made.docket, parts.turns),
    )


def _door(settings: Settings, redis: Redis, session: aiohttp.ClientSession) -> Door:
    """Raises NotReady when many workspaces may install the app and no key is there."""
    secret = settings.slack_signing_secret.get_secret_value()
    lines = Lines(settings.slack_base_url, session)
    if not settings.slack_client_id:
        return door_of_one(lines, settings.slack_bot_token.get_secret_value(), secret)
    oauth = OAuth(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        slack_url=settings.slack_base_url,
        web_url=settings.web_url,
    )
    cipher = Cipher(settings.encryption_keys)
    return door_of_many(lines, secret, oauth, Installations(RedisInstallations(redis), cipher))
