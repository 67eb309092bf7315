"""Replies in a thread that Slack delivered before the mention that makes them our business.

Slack promises no order, and a mention may need several deliveries. Of a reply that concerns nobody
only its timestamp is kept, for ten minutes; the task of the mention looks here for those after it.
"""

from collections.abc import Sequence

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.conversation import Turn
from bot.slack.listeners.addressing import Event, Me, asked, concerns, too_often
from bot.slack.listeners.mishaps import MISREAD, place_of
from bot.slack.services import Services
from bot.slack.trouble import for_good, translated

log = structlog.get_logger(__name__)
MOST = 200  # messages that are read


async def take(services: Services, team: str, event: Event, me: Me, delivery: str = "") -> None:
    """Accept a message as a turn if it is addressed to the bot. Done twice, it is one turn.

    `delivery`: Slack's id of the one it came by.
    """
    turn = asked(team, event, me)
    if turn is not None:
        await accept(services, turn, event, me, delivery)


async def accept(services: Services, turn: Turn, event: Event, me: Me, delivery: str = "") -> None:
    """The same of a message that is read as this turn."""
    if not await concerns(services, turn, event, me):
        return
    if await too_often(services, turn):
        return
    if services.take is not None:
        await services.take(turn, delivery)
    elif await services.turns.accept(turn, delivery):
        await services.tasks.answer(turn)


@translated()
async def catch_up(services: Services, turn: Turn, stamps: Sequence[str]) -> None:
    """Accept what was said at these times in the thread of an accepted `turn`.

    Raises SurfaceUnavailable; where the bot may not read the thread, nothing more is known.
    """
    client = await services.clients.of(turn.team)
    try:
        said = await client.auth_test()
        me = Me(str(said["user_id"]), str(said.get("bot_id") or ""), "")
        for event in await _messages(services, turn, stamps):
            try:
                await take(services, turn.team, event, me)
            except MISREAD as error:  # of a shape that nobody expected: no reason to miss others
                log.error("latecomer_not_understood", error=repr(error), at=place_of(error))  # noqa: TRY400
    except SlackApiError as error:
        if not for_good(error):
            raise
        log.warning("latecomers_not_read", turn=turn.turn_id, error=error.response.get("error"))
    await services.turns.caught_up(turn, stamps)


async def _messages(services: Services, turn: Turn, stamps: Sequence[str]) -> list[Event]:
    """As they would be delivered, oldest first."""
    client = await services.clients.of(turn.team)
    page = await client.conversations_replies(
        channel=turn.channel,
        ts=turn.thread_ts,
        oldest=min(stamps),
        latest=max(stamps),
        inclusive=True,
        limit=MOST,
    )
    outer = {"type": "message", "channel": turn.channel}
    found = [{**each, **outer} for each in page["messages"] if each["ts"] in stamps]
    return sorted(found, key=lambda each: str(each["ts"]))
