"""The composition root: makes every client once, hands them down, closes them.

Nothing else in `bot` creates a connection; tests call `open_service` with settings of their own.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import openai
from docket import Docket, Worker
from fastapi import FastAPI
from redis.asyncio import Redis
from redis.asyncio.retry import Retry as RedisRetry
from redis.backoff import ExponentialWithJitterBackoff
from slack_bolt.async_app import AsyncApp

from bot.adapters.cipher import Cipher
from bot.adapters.openai import OpenAIChatModel
from bot.adapters.provider import Provider
from bot.adapters.redis import (
    RedisDeliveries,
    RedisInstallations,
    RedisNotices,
    RedisPreferences,
    RedisQuota,
    RedisSchedule,
    RedisServer,
    RedisTold,
    RedisTurns,
    RedisVerdicts,
)
from bot.app import create_app
from bot.chat import Asking, Chat, Context, Rules
from bot.curation import Curation
from bot.documents import Documents
from bot.domain.conversation import Turn
from bot.health import Health
from bot.privacy import Privacy
from bot.settings import Settings
from bot.slack.announcing import Announcing
from bot.slack.background import Background
from bot.slack.bolt import OAuth
from bot.slack.corrected import Corrected
from bot.slack.corrected_messages import CorrectedMessages
from bot.slack.correcting import Correcting
from bot.slack.door import TIMEOUT, Door, Lines, door_of_many, door_of_one
from bot.slack.files import SlackFiles
from bot.slack.installation import Installations
from bot.slack.listeners import latecomers
from bot.slack.listeners import register as register_listeners
from bot.slack.names import Names
from bot.slack.news import News
from bot.slack.notices import Notices
from bot.slack.people import People
from bot.slack.pictures import Pictures
from bot.slack.reading import slack_reader
from bot.slack.removal import SlackRemoval
from bot.slack.roles import SlackRoles
from bot.slack.services import Services
from bot.slack.surface import SlackSurface
from bot.slack.thanks import Thanks
from bot.slack.titles import SlackTitles
from bot.slack.visibility import Visibility
from bot.tasks import Answering, FeedbackWork, Kept, RunWork, Tasks, Work, reschedule
from bot.tasks import register as register_tasks
from bot.web.access import Access
from bot.web.learn import LEARN_PATH
from bot.web.pages import Pages
from finetune import Dataset, FinetuneError, Retiring, Runs, retiring
from finetune.bootstrap import Toolkit, database, toolkit

DOCKET = "apprentice-tasks"
REDELIVERY = timedelta(seconds=5)  # how soon a killed worker's tasks are taken up by another
# Slack waits three seconds: a database that is away is reported within one.
RETRY = RedisRetry(ExponentialWithJitterBackoff(base=0.05, cap=0.2), 3)
LIST_SECONDS = 1.5  # that somebody waits for the provider's list of models
LIST_PATIENCE = 120.0  # seconds that the watch waits for it; nobody waits for the watch
CONCURRENCY = 32  # turns answered at once by one worker


@dataclass(frozen=True)
class Service:
    """A running bot, less its loops: the web app, and what its worker needs."""

    settings: Settings
    app: FastAPI
    bolt: AsyncApp
    docket: Docket
    health: Health
    toolkit: Toolkit
    schedule: Kept
    remove: Callable[[str], Awaitable[None]]
    installations: Installations | None
    later: Background

    async def work(self) -> None:
        """Do durable tasks until cancelled; those under way are finished, unless cancelled again."""
        if self.installations is not None:
            await self.installations.reseal()
        await reschedule(self.docket, self.settings.retrain_schedule, self.schedule)
        worker = Worker(self.docket, concurrency=CONCURRENCY, redelivery_timeout=REDELIVERY)
        loop: asyncio.Task[None] | None = None
        try:
            # Its end tells the loop to stop and waits for what was begun. The loop itself is not
            # cancelled: within a call to Redis it may never hear of that.
            async with worker:
                _heed()
                loop = asyncio.create_task(worker.run_forever())
                await asyncio.shield(loop)
        finally:
            if loop is not None:
                loop.cancel()  # for somebody who did not wait so long


def _heed() -> None:
    """Raise the cancellation that a call to Redis lost, if one did."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


@dataclass(frozen=True)
class Champions:
    """The champion of a workspace, or the model of the settings until one is promoted."""

    toolkit: Toolkit
    default: str

    async def champion(self, team: str) -> str:
        """Asked at every turn, so that a promotion is live on the next message."""
        return await self.toolkit.workspace(team).registry.champion() or self.default


@dataclass(frozen=True)
class Ending:
    """The models of a workspace that their provider will shut down."""

    toolkit: Toolkit
    champions: Champions
    base_model: str

    async def known(self, team: str) -> list[Retiring]:
        """For somebody who waits: what was listed last, where the provider takes its time."""
        try:
            async with asyncio.timeout(LIST_SECONDS):
                return await self.listed(team)
        except (FinetuneError, TimeoutError):
            return await self._of(team, self.toolkit.shutdowns.known())

    async def listed(self, team: str) -> list[Retiring]:
        """Raises ProviderError, ProviderUnavailable and TimeoutError."""
        async with asyncio.timeout(LIST_PATIENCE):
            return await self._of(team, await self.toolkit.shutdowns.refresh())

    async def _of(self, team: str, shutdowns: Mapping[str, float]) -> list[Retiring]:
        return retiring([await self.champions.champion(team), self.base_model], shutdowns)


@asynccontextmanager
async def open_service(settings: Settings) -> AsyncIterator[Service]:
    """Connect everything. Raises StoreUnavailable when Redis cannot be reached."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(database(settings))
        kit = await stack.enter_async_context(toolkit(settings, url))
        redis: Redis = Redis.from_url(url, decode_responses=True, retry=RETRY)
        stack.push_async_callback(redis.aclose)
        # Nobody reads what a task returned or raised; kept, it would have to be picklable.
        docket = await stack.enter_async_context(
            Docket(name=DOCKET, url=url, execution_ttl=timedelta(0))
        )
        models = openai.AsyncOpenAI(
            api_key=settings.openai_api_key.get_secret_value() or "none",
            base_url=str(settings.openai_base_url) if settings.openai_base_url else None,
        )
        stack.push_async_callback(models.close)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=TIMEOUT))
        door = _door(settings, redis, session)
        await door.open()
        service = _wire(settings, kit, redis, docket, models, session, door)
        stack.push_async_callback(service.later.finish)
        yield service


def _wire(
    settings: Settings,
    kit: Toolkit,
    redis: Redis,
    docket: Docket,
    models: openai.AsyncOpenAI,
    session: aiohttp.ClientSession,
    door: Door,
) -> Service:
    secret = settings.slack_signing_secret.get_secret_value()
    clients = door.clients
    turns = RedisTurns(redis, settings.retention_days * 24 * 3600)
    verdicts = RedisVerdicts(redis, settings.retention_days * 24 * 3600)
    preferences = RedisPreferences(redis)
    people = People(clients, preferences)
    roles = SlackRoles(clients, settings.admins, settings.curators, door.installer)
    told = RedisTold(redis)
    champions = Champions(kit, settings.chat_model)
    notices = Notices(
        clients,
        people,
        RedisNotices(redis),
        settings.admins,
        settings.admin_channel,
        Pictures(clients, told),
        roles.admins_of,
        champions,
    )

    def dataset_of(team: str) -> Dataset:
        return kit.workspace(team).dataset

    async def installed() -> list[str]:
        return [team for team in await kit.workspaces() if await door.installed(team)]

    async def remove(team: str) -> None:
        installations = door.installations  # a record that cannot be read is one all the same
        if installations is not None and not await installations.recorded(team):
            await kit.remove(team)

    def runs_of(team: str) -> Runs:
        return kit.workspace(team).runs

    ending = Ending(kit, champions, settings.base_model)

    async def catch_up(turn: Turn) -> None:
        await latecomers.catch_up(services, turn)

    tasks = Tasks(docket, timedelta(days=settings.retention_days))
    privacy = Privacy(turns, verdicts, preferences, tasks, kit.workspace)
    chat = _chat(settings, kit, redis, models, session, turns, people, privacy)
    visibility = Visibility(clients)
    thanks = Thanks(clients, people, told, settings.retrain_schedule)
    files = SlackFiles(clients, session)
    work = Work(
        answering=Answering(chat, turns, catch_up),
        feedback=FeedbackWork(
            turns=turns,
            verdicts=verdicts,
            curation=Curation(turns, verdicts, roles, dataset_of, settings.auto_approve),
            thanks=thanks,
            corrected=Corrected(
                CorrectedMessages(clients, people, turns),
                preferences,
                turns,
                verdicts,
                told,
                dataset_of,
            ),
            correcting=Correcting(
                turns,
                verdicts,
                preferences,
                visibility,
                people,
                files,
                Names(clients, people),
                Documents(),
                thanks,
            ),
            news=News(
                clients,
                people,
                preferences,
                turns,
                verdicts,
                told,
                OpenAIChatModel(models),
                kit.workspace,
            ),
            teams=installed,
        ),
        runs=RunWork(
            runs_of=runs_of,
            notices=notices,
            announcing=Announcing(clients, notices, told, roles.admins_of),
            ending=ending.listed,
            champions=champions,
            teams=installed,
            poll=timedelta(seconds=settings.poll_seconds),
            min_new_examples=settings.retrain_min_new_examples,
        ),
        remove=remove,
        forget_person=privacy.forget_person,
        schedule=settings.retrain_schedule,
    )
    register_tasks(docket, work, tasks)
    health = Health(RedisServer(redis), docket, kit.workspaces, dataset_of)
    provider = Provider(models)

    async def problems() -> list[str]:
        return [*await health.problems(), *await provider.problems()]

    access = Access(secret, settings.web_url)
    services = Services(
        turns=turns,
        verdicts=verdicts,
        deliveries=RedisDeliveries(redis),
        tasks=tasks,
        roles=roles,
        preferences=preferences,
        privacy=privacy,
        clients=clients,
        people=people,
        visibility=visibility,
        notices=notices,
        workspace=kit.workspace,
        curate_url=access.link,
        champions=champions,
        admin_channel=settings.admin_channel,
        retiring=ending.known,
        problems=problems,
        schedule=settings.retrain_schedule,
        quota=RedisQuota(redis),
        allowed_bots=settings.allowed_bots,
        installations=door.installations,
    )
    register_listeners(door.bolt, services)
    pages = Pages(access, roles, dataset_of, secure_cookie=settings.web_url.startswith("https"))
    return Service(
        settings=settings,
        app=create_app(door.bolt, health, pages),
        bolt=door.bolt,
        docket=docket,
        health=health,
        toolkit=kit,
        schedule=RedisSchedule(redis),
        remove=remove,
        installations=door.installations,
        later=services.later,
    )


def _chat(
    settings: Settings,
    kit: Toolkit,
    redis: Redis,
    models: openai.AsyncOpenAI,
    session: aiohttp.ClientSession,
    turns: RedisTurns,
    people: People,
    privacy: Privacy,
) -> Chat:
    clients, preferences = people.clients, people.preferences
    learn_url = f"{settings.web_url}{LEARN_PATH}" if settings.public_url else ""
    surface = SlackSurface(clients, people, learn_url)
    reader = slack_reader(clients, people, session, settings.max_context_tokens // 2)
    context = Context(turns, reader, people, preferences)
    asking = Asking(
        turns=turns,
        surface=surface,
        model=OpenAIChatModel(models),
        reader=reader,
        context=context,
        limit=settings.max_context_tokens,
        fallback=settings.fallback_model,
        images=settings.image_models,
    )
    return Chat(
        turns=turns,
        asking=asking,
        context=context,
        rules=Rules(preferences, RedisQuota(redis), settings.user_rate_limit),
        champions=Champions(kit, settings.chat_model),
        surface=surface,
        removal=SlackRemoval(surface),
        titles=SlackTitles(clients, Names(clients, people)),
        languages=people,
        preferences=preferences,
        privacy=privacy,
        system_prompt=settings.system_prompt,
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
