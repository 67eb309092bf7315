"""The review queue in App Home: approve, edit, reject, leaf through it.

A button names the example and the wording that was seen; `bot.decisions` carries it out, so that two
curators do not decide twice, nor about what has changed meanwhile.
"""

import json
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.decisions import Who
from bot.errors import NotAllowed
from bot.slack.blocks.correction import corrected_text
from bot.slack.blocks.home import Page
from bot.slack.blocks.notice import notice_view
from bot.slack.blocks.review import Chosen, chosen, edit_view
from bot.slack.home import redraw
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.texts import Texts
from finetune import NotFound, Overtaken


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
        who = Who(team_of(context), str(context.user_id))
        said = await self._services.texts(*who)
        about = chosen(action.get("value", ""))
        if about is None or not await self._may(who):
            view = notice_view(said.home.edit_title, said.home.not_curator, said.home.close)
        else:
            example = await self._services.workspace(who.team).dataset.get(about.example_id)
            if example is None or example.look != about.seen:
                view = notice_view(said.home.edit_title, said.home.overtaken, said.home.close)
            else:
                page = _page(body).written()
                view = edit_view(example, about, page, said.home, said.feedback)
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
        who = Who(team_of(context), str(context.user_id))
        said = await self._services.texts(*who)
        about, text = chosen(view["private_metadata"]), corrected_text(view)
        if about is None or not await self._may(who):
            refusal = notice_view(said.home.edit_title, said.home.not_curator, said.home.close)
            await ack(response_action="update", view=refusal)
            return
        if not text:
            await ack(response_action="errors", errors={"correction": said.home.edit_empty})
            return
        try:
            await self._services.curating.edit(who, about.example_id, text, about.seen)
        except (NotFound, Overtaken):  # under the field, so that what was typed is not lost
            await ack(response_action="errors", errors={"correction": said.home.overtaken})
            return
        await ack()
        page = Page.read(json.loads(view["private_metadata"]).get("page", ""))
        await redraw(self._services, client, *who, page, said.home.done_edited)

    async def _decide(
        self,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        *,
        verdict: str,
    ) -> None:
        who = Who(team_of(context), str(context.user_id))
        said = await self._services.texts(*who)
        about = chosen(action.get("value", ""))
        note = (
            said.home.not_curator if about is None else await self._ruled(who, about, verdict, said)
        )
        await redraw(self._services, client, *who, _page(body), note)

    async def _ruled(self, who: Who, about: Chosen, verdict: str, said: Texts) -> str:
        """What to say of it: done, too late, or not for this person."""
        curating = self._services.curating
        decide = curating.approve if verdict == "approve" else curating.reject
        try:
            await decide(who, about.example_id, about.seen)
        except NotAllowed:
            return said.home.not_curator
        except (NotFound, Overtaken):
            return said.home.overtaken
        return said.home.done_approved if verdict == "approve" else said.home.done_rejected

    async def _may(self, who: Who) -> bool:
        """Before anything is shown or read from a form; the decision itself asks again."""
        try:
            await self._services.curating.check(who, "edit")
        except NotAllowed:
            return False
        return True


def _page(body: Mapping[str, Any]) -> Page:
    """Where Home stood when it was clicked."""
    return Page.read((body.get("view") or {}).get("private_metadata", ""))
