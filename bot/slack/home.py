"""Draw App Home for one person: gather what concerns them, publish the view.

Reads counts and single pages only, never the whole dataset: Home opens at once however much the
workspace has taught.
"""

import asyncio
from datetime import UTC, datetime

import structlog
from cronsim import CronSim
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.home import FIRST, MINE, QUEUE, Facts, Fate, Page, Queue, home_view
from bot.slack.blocks.review import Waiting
from bot.slack.blocks.standing import Standing
from bot.slack.fates import fates
from bot.slack.services import Services
from bot.slack.trouble import TROUBLE
from finetune import Example, Retiring, Status

log = structlog.get_logger(__name__)
RUNS = 3  # last retrainings shown to admins
HEALTH_SECONDS = 1.0  # that Home waits for the services behind the bot
CONFLICT = "conflicts with "  # what the dataset writes before the id of the answer that holds


async def publish(
    services: Services,
    client: AsyncWebClient,
    team: str,
    user: str,
    page: Page = FIRST,
    note: str = "",
) -> None:
    """Draw the tab; what it offers depends on the user's role. `note`: about what was just done."""
    facts = await gathered(services, team, user, page, note)
    view = home_view(facts, await services.texts(team, user))
    await client.views_publish(user_id=user, view=view)


async def redraw(
    services: Services,
    client: AsyncWebClient,
    team: str,
    user: str,
    page: Page = FIRST,
    note: str = "",
) -> None:
    """As `publish`, after something that is done whether or not Slack shows it."""
    try:
        await publish(services, client, team, user, page, note)
    except TROUBLE as error:
        log.warning("home_not_drawn", team=team, user=user, error=str(error))


async def gathered(services: Services, team: str, user: str, page: Page, note: str = "") -> Facts:
    """All that this person's Home shows; a page behind the end becomes the last one."""
    dataset = services.workspace(team).dataset
    curator = await services.roles.is_curator(team, user)
    admin = await services.roles.is_admin(team, user)
    counts, mine_total = await dataset.counts(), await dataset.count_by_author(user)
    page = Page(
        _within(page.mine, mine_total, MINE), _within(page.queue, counts[Status.PENDING], QUEUE)
    )
    mine = await dataset.by_author(user, MINE, page.mine)
    became: list[Fate | None] = await fates(services.workspace(team), mine)
    return Facts(
        champion=await services.champions.champion(team),
        mine=tuple(
            (example, fate)
            for example, fate in zip(mine, became, strict=True)
            if not example.reworded  # the row in the curator's words stands beside it
        ),
        mine_total=mine_total,
        person=await services.preferences.person(team, user),
        page=page,
        queue=await _queue(services, team, user, page, counts[Status.PENDING], note)
        if curator
        else None,
        standing=await _standing(services, team, counts) if admin else None,
        aside=await services.chance.aside.of(team) if admin else (),
        note="" if curator else note,
    )


async def _queue(
    services: Services, team: str, user: str, page: Page, total: int, note: str
) -> Queue:
    dataset = services.workspace(team).dataset
    rows = await dataset.pending(page.queue, QUEUE)
    waiting = [await _waiting(services, team, row) for row in rows]
    return Queue(waiting, total, services.curate_url(team, user), note)


async def _waiting(services: Services, team: str, example: Example) -> Waiting:
    """With what people said about the reply, and the answer it contradicts."""
    verdicts = []
    for reply_id in dict.fromkeys(v.reply_id for v in example.votes if v.reply_id):
        verdicts += await services.verdicts.of_reply(team, reply_id)
    rival = None
    if example.reason.startswith(CONFLICT):
        dataset = services.workspace(team).dataset
        rival = await dataset.get(example.reason.removeprefix(CONFLICT))
    ordered = sorted(
        verdicts, key=lambda verdict: (verdict.user not in example.authors, verdict.at)
    )
    return Waiting(example, tuple(ordered), rival.answer if rival else "")


async def _standing(services: Services, team: str, counts: dict[Status, int]) -> Standing:
    workspace = services.workspace(team)
    champion = await services.champions.champion(team)
    history = await workspace.registry.history()
    since = history[0].at if history and history[0].model == champion else None
    return Standing(
        champion=champion,
        since=since,
        counts=counts,
        next_run=_next(services.schedule),
        runs=await workspace.runs.list(limit=RUNS),
        problems=await _problems(services),
        channels=await services.preferences.channels(team),
        retiring=await _retiring(services, team),
    )


async def _problems(services: Services) -> list[str]:
    """Of the services behind the bot, as far as they can be told at once."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            return await services.problems()
    except TimeoutError:
        return ["a service behind the bot does not answer within a second"]


async def _retiring(services: Services, team: str) -> list[Retiring]:
    """Models that their provider will shut down, if that is known at once."""
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            return await services.retiring(team)
    except TimeoutError:
        return []


def _next(schedule: str | None) -> float | None:
    """When the schedule plans the next retraining, in seconds since the epoch."""
    return None if schedule is None else next(CronSim(schedule, datetime.now(UTC))).timestamp()


def _within(offset: int, total: int, size: int) -> int:
    """The offset, or that of the last page."""
    return min(offset, max(0, total - 1) // size * size)
