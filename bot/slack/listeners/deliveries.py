"""Which of Slack's deliveries were taken over already: the Events API sends them again."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.services import Services
from bot.slack.team import team_of


async def known(services: Services, body: Mapping[str, Any], context: AsyncBoltContext) -> bool:
    """Whether this very delivery was taken over already."""
    seen = await services.deliveries.seen(team_of(context), id_of(body))
    if seen:
        services.metrics.duplicate()
    return seen


async def remember(services: Services, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
    """It is in Redis now, with all that follows from it."""
    await services.deliveries.remember(team_of(context), id_of(body))


def id_of(body: Mapping[str, Any]) -> str:
    """What names a delivery and its retries; Slack's event id wherever there is one."""
    event = body["event"]
    return str(body.get("event_id") or f"{event['type']}-{event.get('event_ts')}")
