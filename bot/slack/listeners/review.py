"""The review queue in App Home: approve, edit, reject, leaf through it.

Roles are checked here, at the effect; a button names the example and the wording that was seen, so
that two curators do not decide twice, nor about what has changed meanwhile.
"""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.correction import corrected_text
from bot.slack.blocks.home import Page
from bot.slack.blocks.notice import notice_view
from bot.slack.blocks.review import Chosen, chosen, edit_view
from bot.slack.home import redraw
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.texts import Texts
from finetune import NotFound, Overtaken

log = structlog.get_logger(__name__)


class Review:
    """Listeners of what a curator decides."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def approve(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """It is taught."""
        await self._decide(body, action, context, client, verdict="approve")
        await ack()

    async def reject(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """It is not."""
        await self._decide(body, action, context, client, verdict="reject")
        await ack()

    async def edit(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the modal with the answer in it; nothing changes yet."""
        team, user = team_of(context), str(context.user_id)
        said = await self._services.texts(team, user)
        about = chosen(action.get("value", ""))
        page = _page(body)
        if not await self._may(team, user, "edit") or about is None:
            view = notice_view(said.home.edit_title, said.home.not_curator, said.home.close)
        else:
            example = await self._services.workspace(team).dataset.get(about.example_id)
            if example is None or example.look != about.seen:
                view = notice_view(said.home.edit_title, said.home.overtaken, said.home.close)
            else:
                view = edit_view(example, about, page.written(), said.home, said.feedback)
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    async def edited(
        self,
        ack: AsyncAck,
        view: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """The text in the modal is taught instead; then the modal closes and Home is drawn anew."""
        team, user = team_of(context), str(context.user_id)
        said = await self._services.texts(team, user)
        about = chosen(view["private_metadata"])
        if not await self._may(team, user, "edit") or about is None:
            refusal = notice_view(said.home.edit_title, said.home.not_curator, said.home.close)
            await ack(response_action="update", view=refusal)
            return
        text = corrected_text(view)
        if not text:
            await ack(response_action="errors", errors={"correction": said.home.edit_empty})
            return
        try:
            dataset = self._services.workspace(team).dataset
            await dataset.edit(about.example_id, text, user, about.seen)
            await self._reveal(team, about)
        except (NotFound, Overtaken):  # under the field, so that what was typed is not lost
            await ack(response_action="errors", errors={"correction": said.home.overtaken})
            return
        await ack()
        page = Page.read(json.loads(view["private_metadata"]).get("page", ""))
        await redraw(self._services, client, team, user, page, said.home.done_edited)

    async def _decide(
        self,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        verdict: str,
    ) -> None:
        team, user = team_of(context), str(context.user_id)
        said = await self._services.texts(team, user)
        about = chosen(action.get("value", ""))
        note = said.home.not_curator
        if about is not None and await self._may(team, user, verdict):
            note = await self._ruled(team, user, about, verdict, said)
        await redraw(self._services, client, team, user, _page(body), note)

    async def _ruled(self, team: str, user: str, about: Chosen, verdict: str, said: Texts) -> str:
        dataset = self._services.workspace(team).dataset
        try:
            if verdict == "approve":
                await dataset.approve(about.example_id, user, about.seen)
            else:
                await dataset.reject(about.example_id, user, seen=about.seen)
            await self._reveal(team, about)
        except (NotFound, Overtaken):
            return await self._decided(team, user, about, said)
        return said.home.done_approved if verdict == "approve" else said.home.done_rejected

    async def _decided(self, team: str, user: str, about: Chosen, said: Texts) -> str:
        """Clicked twice: what this curator decided already; else that somebody was sooner."""
        row = await self._services.workspace(team).dataset.get(about.example_id)
        ruling = None if row is None or row.look != about.seen else row.ruling
        if ruling is None or ruling.by != user:
            return said.home.overtaken
        return said.home.done_approved if ruling.approved else said.home.done_rejected

    async def _reveal(self, team: str, about: Chosen) -> None:
        """Where the channel wants to see corrections, it sees this decision."""
        example = await self._services.workspace(team).dataset.get(about.example_id)
        reply_id = example.reply_id if example is not None else None
        reply = await self._services.turns.reply(team, reply_id) if reply_id else None
        if reply is not None:
            await self._services.tasks.reveal(reply)

    async def _may(self, team: str, user: str, what: str) -> bool:
        """Whether this is a curator now, whatever App Home once offered."""
        if await self._services.roles.is_curator(team, user):
            return True
        log.warning("not_a_curator", team=team, user=user, review=what)
        return False


def _page(body: Mapping[str, Any]) -> Page:
    """Where Home stood when it was clicked."""
    return Page.read((body.get("view") or {}).get("private_metadata", ""))
