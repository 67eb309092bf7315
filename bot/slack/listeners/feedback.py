"""Feedback on a reply, whichever way it was given: who may give it, to which reply, how it is kept."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Reply, turn_id_of
from bot.domain.feedback import Feedback
from bot.domain.voting import Act, gave
from bot.errors import SurfaceUnavailable
from bot.slack.blocks.correction import correction_view
from bot.slack.blocks.notice import notice_view
from bot.slack.services import Services
from bot.texts.feedback import FeedbackTexts

log = structlog.get_logger(__name__)


async def reply_shown(
    services: Services, team: str, channel: str, message: Mapping[str, Any], at: float
) -> Reply | None:
    """The reply that a message showed at a time: by its own mark, else by what is kept of it.

    `message` is what Slack sent, and no proof: the reply must stand in that `channel`.
    """
    mark = (message.get("metadata") or {}).get("event_payload") or {}
    reply = await services.turns.reply_at(team, channel, message["ts"])
    marked = str(mark.get("reply_id") or "")
    if marked and (reply is None or turn_id_of(marked) == reply.turn_id):
        reply = await services.turns.reply(team, marked) or reply
    elif reply is not None:
        reply = await _before(services, team, reply, at)
    if reply is not None and reply.channel != channel:
        log.warning("reply_of_another_channel", team=team, channel=channel, reply=reply.reply_id)
        return None
    return reply


async def _before(services: Services, team: str, reply: Reply, at: float) -> Reply:
    """Of a revised reply the revision that could be seen at a time."""
    turn = await services.turns.get(team, reply.turn_id)
    number = 0 if turn is None else turn.revision
    while turn is not None and number > 0 and reply.created_at > at:
        number -= 1
        older = turn.model_copy(update={"revision": number})
        reply = await services.turns.reply(team, older.reply_id) or reply
    return reply


async def original_stands(services: Services, team: str, reply: Reply) -> bool:
    """Whether what a reply is a copy of is still kept; else the copy is forgotten, too."""
    if not reply.origin or await services.turns.reply(team, reply.origin) is not None:
        return True
    await services.privacy.forget_turn(team, reply.turn_id)
    return False


async def record(services: Services, team: str, act: Act) -> None:
    """Keep what somebody did about a reply, and queue what follows."""
    await services.verdicts.record(team, act)
    await services.tasks.curate(team, act.reply_id, act.user)


async def vote(services: Services, team: str, feedback: Feedback) -> None:
    """Keep one verdict."""
    await record(services, team, gave(feedback))


class Objection(StrEnum):
    """Why somebody may not say anything about a reply."""

    NOT_MINE = "not_mine"
    OPTED_OUT = "opted_out"
    NOT_VISIBLE = "not_visible"
    NOT_KNOWN = "not_known"  # Slack does not answer right now


async def objection(
    services: Services, team: str, user: str, reply: Reply | None
) -> Objection | None:
    """Why this person may not say anything about this reply; None when they may."""
    if reply is None:
        return Objection.NOT_MINE
    if (await services.preferences.person(team, user)).opted_out:
        return Objection.OPTED_OUT
    try:
        if await services.visibility.sees(team, user, reply.channel):
            return None
    except SurfaceUnavailable:
        return Objection.NOT_KNOWN
    log.warning("feedback_refused", team=team, user=user, reply=reply.reply_id)
    return Objection.NOT_VISIBLE


def worded(problem: Objection | None, said: FeedbackTexts) -> str:
    """An objection as it is told; empty for none."""
    sentences = {
        None: "",
        Objection.NOT_MINE: said.not_mine,
        Objection.OPTED_OUT: said.opted_out,
        Objection.NOT_VISIBLE: said.not_visible,
        Objection.NOT_KNOWN: said.try_again,
    }
    return sentences[problem]


async def unknown(
    services: Services, team: str, channel: str, message: Mapping[str, Any], said: FeedbackTexts
) -> str:
    """Why there is no reply behind a message: it is no reply, or nothing is kept of it."""
    mark = (message.get("metadata") or {}).get("event_payload") or {}
    turn = await services.turns.turn_at(team, channel, message["ts"])
    ours = turn is not None or mark.get("reply_id") or mark.get("run_id")
    return said.not_kept if ours else said.not_mine


async def open_correction(
    services: Services,
    client: AsyncWebClient,
    trigger_id: str,
    reply: Reply,
    user: str,
    said: FeedbackTexts,
) -> None:
    """Open the correction modal."""
    before = await services.verdicts.of(reply.team, reply.reply_id, user)
    view = correction_view(reply, before, said)
    await client.views_open(trigger_id=trigger_id, view=view)


async def open_notice(
    client: AsyncWebClient, trigger_id: str, text: str, said: FeedbackTexts
) -> None:
    """Say in a modal why there is nothing to correct."""
    view = notice_view(said.title, text, said.close)
    await client.views_open(trigger_id=trigger_id, view=view)
