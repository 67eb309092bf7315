"""What an admin does in App Home about work that was put aside.

Ids carried by Slack are input: entries are looked up in the sender's workspace alone, and the role
is asked again at the effect.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SurfaceRefused, SurfaceUnavailable
from bot.slack.blocks.home import Page
from bot.slack.home import redraw
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.texts.aside import AsideTexts

log = structlog.get_logger(__name__)
Do = Callable[[str, str], Awaitable[str]]


class AsideButtons:
    """Listeners of *Try again* and *Dismiss*."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def again(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """It is queued anew, once."""
        await self._decide(body, action, context, client, self._services.chance.again)
        await ack()

    async def dismiss(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """It is not kept any longer."""
        await self._decide(body, action, context, client, self._services.chance.dismiss)
        await ack()

    async def _decide(
        self,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
        do: Do,
    ) -> None:
        team, user = team_of(context), str(context.user_id)
        said = (await self._services.texts(team, user)).aside
        aside_id = str(action.get("value") or "")
        if await self._services.roles.is_admin(team, user):
            note = await self._done(team, aside_id, do, said)
        else:
            log.warning("not_an_admin", team=team, user=user, aside=aside_id)
            note = said.not_admin
        page = Page.read((body.get("view") or {}).get("private_metadata", ""))
        await redraw(self._services, client, team, user, page, note)

    async def _done(self, team: str, aside_id: str, do: Do, said: AsideTexts) -> str:
        try:
            outcome = await do(team, aside_id)
        except SurfaceUnavailable:
            return said.later
        except SurfaceRefused:
            return said.cannot
        return {
            "queued": said.queued,
            "dismissed": said.dismissed,
            "gone": said.gone,
            "cannot": said.cannot,
        }[outcome]
