"""What the bot is made of: the connections, and the parts that everything shares."""

from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import openai
from docket import Docket
from redis.asyncio import Redis

from bot.adapters.redis import (
    RedisAside,
    RedisNotices,
    RedisPreferences,
    RedisQuota,
    RedisTakingUp,
    RedisTold,
    RedisTries,
    RedisTurns,
    RedisVerdicts,
)
from bot.bootstrap.champions import Champions, Ending
from bot.bootstrap.outside import outside
from bot.decisions import Curating, OwnModels, Steering
from bot.metrics import Metrics
from bot.privacy import Privacy
from bot.settings import Settings
from bot.slack.clients import Clients
from bot.slack.door import Door
from bot.slack.names import Names
from bot.slack.notices import Notices
from bot.slack.people import People
from bot.slack.pictures import Pictures
from bot.slack.rereading import Rereading
from bot.slack.roles import SlackRoles
from bot.slack.visibility import Visibility
from bot.tasks import SecondChance, Tasks, Trying
from finetune import Dataset, Runs
from finetune.bootstrap import Toolkit


@dataclass(frozen=True)
class Connections:
    """What has to be closed in the end."""

    settings: Settings
    kit: Toolkit
    redis: Redis
    docket: Docket
    models: openai.AsyncOpenAI
    session: aiohttp.ClientSession
    door: Door
    metrics: Metrics


@dataclass(frozen=True)
class Parts:
    """Made once, and used by the listeners and by the durable tasks."""

    kit: Toolkit
    door: Door
    clients: Clients
    turns: RedisTurns
    verdicts: RedisVerdicts
    preferences: RedisPreferences
    told: RedisTold
    quota: RedisQuota
    people: People
    names: Names
    roles: SlackRoles
    visibility: Visibility
    champions: Champions
    ending: Ending
    notices: Notices
    tasks: Tasks
    privacy: Privacy
    trying: Trying
    taking_up: RedisTakingUp
    chance: SecondChance
    curating: Curating
    steering: Steering

    def dataset_of(self, team: str) -> Dataset:
        """A workspace's dataset."""
        return self.kit.workspace(team).dataset

    def runs_of(self, team: str) -> Runs:
        """A workspace's retrainings."""
        return self.kit.workspace(team).runs

    async def installed(self) -> list[str]:
        """Workspaces that have data and the app."""
        return [team for team in await self.kit.workspaces() if await self.door.installed(team)]

    async def remove(self, team: str) -> None:
        """Remove the data of a workspace that has no installation (any more)."""
        installations = self.door.installations  # a record that cannot be read is one all the same
        if installations is not None and not await installations.recorded(team):
            await self.kit.remove(team)


def parts_of(made: Connections) -> Parts:
    """Makes no connection, asks nothing."""
    settings, kit, redis, clients = made.settings, made.kit, made.redis, made.door.clients
    retention = timedelta(days=settings.retention_days)
    seconds = settings.retention_days * 24 * 3600
    turns = RedisTurns(redis, seconds, made.metrics.duplicate)
    verdicts = RedisVerdicts(redis, seconds)
    preferences, told = RedisPreferences(redis), RedisTold(redis)
    people = People(clients, preferences)
    roles = SlackRoles(clients, settings.admins, settings.curators, made.door.installer)
    champions = Champions(kit, settings.chat_model)
    tasks = Tasks(made.docket, retention)
    aside, tries = RedisAside(redis, seconds), RedisTries(redis)
    return Parts(
        kit=kit,
        door=made.door,
        clients=clients,
        turns=turns,
        verdicts=verdicts,
        preferences=preferences,
        told=told,
        quota=RedisQuota(redis),
        people=people,
        names=Names(clients, people),
        roles=roles,
        visibility=Visibility(clients),
        champions=champions,
        ending=Ending(kit, champions, settings.base_model),
        notices=Notices(
            clients,
            people,
            RedisNotices(redis),
            settings.admins,
            settings.admin_channel,
            Pictures(clients, told),
            roles.admins_of,
            champions,
        ),
        tasks=tasks,
        privacy=Privacy(turns, verdicts, preferences, tasks, kit.workspace, aside),
        trying=Trying(tries, aside, outside, made.metrics),
        taking_up=RedisTakingUp(turns, tries),
        chance=SecondChance(aside, turns, tasks, Rereading(clients)),
        curating=Curating(roles, turns, tasks, kit.workspace),
        steering=Steering(
            roles,
            tasks,
            kit.workspace,
            OwnModels(kit.workspace, champions, shared=made.door.installations is not None),
            RedisNotices(redis),
            settings.admin_channel,
        ),
    )
