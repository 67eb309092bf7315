"""What the listeners need, made once by `bootstrap` and handed to each of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.decisions import Curating, Steering
from bot.domain.conversation import Turn
from bot.domain.ports import Aside, Champions, Preferences, Quota, Roles, TaskQueue, Turns, Verdicts
from bot.metrics import Metrics
from bot.privacy import Privacy
from bot.slack.background import Background
from bot.slack.clients import Clients
from bot.slack.installation import Installations
from bot.slack.notices import Notices
from bot.slack.people import People
from bot.slack.visibility import Visibility
from bot.slack.workspace import Workspace
from bot.texts import Texts, texts
from finetune import Retiring

# Keeps a turn that came by a delivery with this id, and queues its answer: both, or none.
Take = Callable[[Turn, str], Awaitable[None]]


class Deliveries(Protocol):
    """Which of Slack's deliveries have been taken over already."""

    async def seen(self, team: str, event_id: str) -> bool: ...

    async def remember(self, team: str, event_id: str) -> None: ...


class SecondChance(Protocol):
    """What admins do about work that was put aside."""

    @property
    def aside(self) -> Aside: ...

    async def again(self, team: str, aside_id: str) -> str: ...

    async def dismiss(self, team: str, aside_id: str) -> str: ...


@dataclass(frozen=True)
class Services:
    """Plain wiring."""

    turns: Turns
    verdicts: Verdicts
    deliveries: Deliveries
    tasks: TaskQueue
    roles: Roles
    preferences: Preferences
    privacy: Privacy
    clients: Clients
    people: People
    visibility: Visibility
    notices: Notices
    workspace: Callable[[str], Workspace]
    curate_url: Callable[[str, str], str]
    champions: Champions
    problems: Callable[[], Awaitable[list[str]]]  # of the services behind the bot, for admins
    schedule: str | None  # cron expression of the retrainings
    quota: Quota
    allowed_bots: tuple[str, ...]
    admin_channel: str  # where admins hear of runs; empty: where the run was asked for
    retiring: Callable[[str], Awaitable[list[Retiring]]]  # of the champion and the base
    chance: SecondChance
    curating: Curating
    steering: Steering
    take: Take | None = None  # None: `turns` and `tasks`, one after the other
    installations: Installations | None = None  # None: one workspace, known from the start
    later: Background = field(default_factory=Background)
    metrics: Metrics = field(default_factory=Metrics)

    async def texts(self, team: str, user: str) -> Texts:
        """The sentences in this user's language."""
        return texts(await self.people.language(team, user))
