"""App Home and the agent pane: drawn when they are opened, redrawn after every click."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.home import Page
from bot.slack.blocks.workspace import suggested
from bot.slack.home import publish, redraw
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.slack.trouble import TROUBLE

log = structlog.get_logger(__name__)


class Home:
    """Listeners of App Home."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def opened(
        self, event: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Draw App Home, or suggest questions in the pane, for this user."""
        team, user = team_of(context), event["user"]
        if event.get("tab") == "home":
            await publish(self._services, client, team, user)
        elif event.get("tab") == "messages":
            await self._suggest(client, team, user, event["channel"])

    async def _suggest(self, client: AsyncWebClient, team: str, user: str, channel: str) -> None:
        """Without a thread: Slack drops prompts for a thread silently where an agent is open."""
        chosen = await self._services.preferences.workspace(team)
        said = (await self._services.texts(team, user)).places
        try:
            await client.assistant_threads_setSuggestedPrompts(
                channel_id=channel,
                title=said.pane_title,
                prompts=suggested(chosen.prompts, said),
            )
        except TROUBLE as error:
            log.info("prompts_not_suggested", team=team, user=user, error=str(error))

    async def queue_opened(self, ack: AsyncAck) -> None:
        """A link button was pressed; the browser does the rest."""
        await ack()

    async def leafed(
        self,
        ack: AsyncAck,
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Another page of one's corrections or of the queue."""
        page = Page.read(action.get("value", ""))
        await redraw(self._services, client, team_of(context), str(context.user_id), page)
        await ack()

    async def opted_out(
        self, ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Keep nothing of this person; the removal is queued before Slack hears of it."""
        team, user = team_of(context), str(context.user_id)
        await self._services.privacy.opt_out(team, user)
        await redraw(self._services, client, team, user)
        await ack()

    async def opted_in(
        self, ack: AsyncAck, context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Keep and learn again."""
        team, user = team_of(context), str(context.user_id)
        await self._services.privacy.opt_in(team, user)
        await redraw(self._services, client, team, user)
        await ack()

    async def news(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Whether they hear of a model that learnt their corrections."""
        team, user = team_of(context), str(context.user_id)
        wanted = action.get("value") == "on"
        await self._services.preferences.change_person(team, user, news=wanted)
        page = Page.read((body.get("view") or {}).get("private_metadata", ""))
        await redraw(self._services, client, team, user, page)
        await ack()
