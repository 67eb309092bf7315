"""Feedback on a reply, whichever way it was given: store it, queue its curation, open the modal."""

from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Reply
from bot.domain.feedback import Feedback, Rating
from bot.slack.blocks.correction import correction_view
from bot.slack.blocks.notice import notice_view
from bot.slack.services import Services


async def reply_shown(
    services: Services, team: str, channel: str, message: Mapping[str, Any]
) -> Reply | None:
    """The reply that a message shows; in the moment before its ts is stored, by its own mark."""
    reply = await services.turns.reply_at(team, channel, message["ts"])
    mark = (message.get("metadata") or {}).get("event_payload") or {}
    if reply is None and "reply_id" in mark:
        reply = await services.turns.reply(team, mark["reply_id"])
    return reply


async def earlier(services: Services, team: str, reply_id: str, user: str) -> Feedback | None:
    """What this user said about this reply before."""
    given = await services.verdicts.of_reply(team, reply_id)
    return next((feedback for feedback in given if feedback.user == user), None)


async def vote(services: Services, team: str, feedback: Feedback) -> None:
    """Keep one vote, unless a newer one stands; 👎 again leaves one's own correction standing."""
    before = await earlier(services, team, feedback.reply_id, feedback.user)
    if before is not None:
        corrected = feedback.rating is Rating.DOWN and before.correction
        if corrected or before.at > feedback.at:
            return
    await services.verdicts.put(team, feedback)
    await services.tasks.curate(team, feedback.reply_id, feedback.user)


async def open_correction(
    services: Services,
    client: AsyncWebClient,
    trigger_id: str,
    team: str,
    reply: Reply | None,
    user: str,
) -> None:
    """Open the correction modal, or say why there is nothing to correct."""
    if reply is None:
        said = await services.texts(team, user)
        view = notice_view("Correct this reply", said.feedback.not_mine)
    else:
        before = await earlier(services, team, reply.reply_id, user)
        view = correction_view(reply, before.correction if before else None)
    await client.views_open(trigger_id=trigger_id, view=view)
