"""Which messages are meant for the bot, and what a turn is made of.

Own messages never are; other bots' only where ALLOWED_BOTS names them, they mention the bot, and
not too often, so that no two bots talk to each other for ever.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.conversation import Turn
from bot.slack.files import shared_files
from bot.slack.services import Services
from bot.slack.text import mentions, without
from bot.slack.written import written

# Messages of these subtypes are written by a person and read like any other.
_SPOKEN = {None, "", "file_share", "thread_broadcast", "me_message"}
_BOTS = {None, "", "bot_message", "file_share", "thread_broadcast"}
_TO_ANOTHER = re.compile(r"\s*<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
PER_THREAD = 3  # answers to bots in one thread within an hour
PER_BOT = 30  # answers to one bot anywhere within an hour
HOUR = 3600
Event = Mapping[str, Any]


@dataclass(frozen=True)
class Me:
    """The bot itself, in the workspace that a delivery belongs to."""

    user: str
    bot: str
    app: str

    def wrote(self, event: Event) -> bool:
        """Whether a message is our own, under whichever of our names."""
        return (
            event.get("user") == self.user
            or bool(self.bot and event.get("bot_id") == self.bot)
            or bool(self.app and event.get("app_id") == self.app)
        )


def me_of(body: Event, context: AsyncBoltContext) -> Me:
    """Who we are to this workspace."""
    return Me(
        str(context.bot_user_id), str(context.bot_id or ""), str(body.get("api_app_id") or "")
    )


def by_bot(event: Event) -> bool:
    """Whether an app or a workflow wrote it; some of those have no user."""
    return bool(event.get("bot_id")) or event.get("subtype") == "bot_message"


def called(event: Event, me: Me) -> bool:
    """Whether it is addressed to the bot itself, not only said in a thread of ours."""
    direct = event.get("channel_type") == "im" and not by_bot(event)
    return direct or event["type"] == "app_mention" or mentions(written(event), me.user)


def asked(team: str, event: Event, me: Me) -> Turn | None:
    """The turn that a message would be; None where nobody in particular said anything."""
    writer = event.get("user") or event.get("bot_id")
    if not writer or me.wrote(event):
        return None
    if event.get("subtype") not in (_BOTS if by_bot(event) else _SPOKEN):
        return None
    text = written(event)
    direct = event.get("channel_type") == "im"
    to_another = bool(_TO_ANOTHER.match(text)) and not mentions(text, me.user)
    return Turn(
        team=team,
        channel=event["channel"],
        ts=event["ts"],
        thread_ts=event.get("thread_ts") or event["ts"],
        user=writer,
        text=without(text, me.user),
        direct=direct,
        by_bot=by_bot(event),
        files=shared_files(event),
        aside=to_another and not direct and not called(event, me),
        edited_at=str((event.get("edited") or {}).get("ts") or ""),
        home=str(event.get("user_team") or event.get("source_team") or event.get("team") or ""),
    )


async def concerns(services: Services, turn: Turn, event: Event, me: Me) -> bool:
    """Whether a turn is the bot's business: it was called, or a thread of its own goes on.

    Of a reply in a thread that is none of the bot's yet, its timestamp is kept for a while: see
    `latecomers.py`.
    """
    if turn.by_bot:
        allowed = event.get("bot_id") in services.allowed_bots
        return allowed and mentions(written(event), me.user)
    if called(event, me):
        return True
    if not await services.turns.hear(turn):
        return False
    if not (await services.preferences.channel(turn.team, turn.channel)).allowed:
        return False
    # What nobody asked the bot is not kept of somebody who wants nothing kept.
    return not (turn.aside and (await services.preferences.person(turn.team, turn.user)).opted_out)


async def too_often(services: Services, turn: Turn) -> bool:
    """Whether bots were answered enough for an hour; a message counts once however often it comes."""
    if not turn.by_bot:
        return False
    places = ((f"bots:{turn.thread_id}", PER_THREAD), (f"bot:{turn.user}", PER_BOT))
    for name, most in places:
        if await services.quota.take(turn.team, name, turn.turn_id, most=most, seconds=HOUR):
            return True
    return False
