"""What admins set: how the bot behaves in a channel, and which questions it suggests.

Opened by `/retrain channel` and from App Home; the role is checked again when it is saved.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.channel import channel_view, chosen_settings, is_channel
from bot.slack.blocks.home import Page
from bot.slack.blocks.notice import notice_view
from bot.slack.blocks.workspace import chosen_prompts, half_written, workspace_view
from bot.slack.home import redraw
from bot.slack.services import Services
from bot.slack.team import team_of

log = structlog.get_logger(__name__)


async def open_channel_settings(
    services: Services,
    client: AsyncWebClient,
    trigger_id: str,
    team: str,
    channel: str,
    user: str,
    page: str = "",
) -> None:
    """Open the modal; who is no admin, and direct messages, get a sentence instead."""
    said = (await services.texts(team, user)).places
    if not await may(services, team, user, "channel"):
        view = notice_view(said.channel_title, said.not_admin, said.close)
    elif not is_channel(channel):
        view = notice_view(said.channel_title, said.no_settings_here, said.close)
    else:
        view = channel_view(channel, await services.preferences.channel(team, channel), page, said)
    await client.views_open(trigger_id=trigger_id, view=view)


async def may(services: Services, team: str, user: str, what: str) -> bool:
    """Whether this is an admin now, whatever was offered before."""
    if await services.roles.is_admin(team, user):
        return True
    log.warning("not_an_admin", team=team, user=user, settings=what)
    return False


class Channels:
    """Listeners of the settings' modals and of the ways to them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def edit(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """From App Home: a channel that has settings, or one just chosen."""
        channel = action.get("selected_conversation") or action.get("value") or ""
        page = (body.get("view") or {}).get("private_metadata", "")
        await open_channel_settings(
            self._services,
            client,
            body["trigger_id"],
            team_of(context),
            channel,
            str(context.user_id),
            page,
        )
        await ack()

    async def saved(
        self,
        ack: AsyncAck,
        view: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """The last one wins; whoever saved in between is named."""
        team, user = team_of(context), str(context.user_id)
        said = (await self._services.texts(team, user)).places
        about = json.loads(view["private_metadata"])
        channel = about.get("channel")
        if not await may(self._services, team, user, "channel") or not is_channel(channel):
            await ack(**_update(notice_view(said.channel_title, said.not_admin, said.close)))
            return
        settings = chosen_settings(view, user, time.time())
        if settings is None:
            await ack(response_action="errors", errors={"model_name": said.model_missing})
            return
        if not await self._services.steering.models.may_use(team, settings.model):
            log.warning("model_of_others", team=team, user=user, model=settings.model)
            await ack(response_action="errors", errors={"model_name": said.model_of_others})
            return
        before = await self._services.preferences.channel(team, channel)
        await self._services.preferences.save_channel(team, channel, settings)
        if before.changed_by not in ("", user) and before.changed_at != about.get("changed_at"):
            told = said.changed_meanwhile.format(user=before.changed_by)
            await ack(**_update(notice_view(said.channel_title, told, said.close)))
        else:
            await ack()
        if about.get("page"):
            await redraw(self._services, client, team, user, Page.read(about["page"]))

    async def edit_prompts(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """From App Home: what the agent pane suggests."""
        team, user = team_of(context), str(context.user_id)
        said = (await self._services.texts(team, user)).places
        view = notice_view(said.prompts_title, said.not_admin, said.close)
        if await may(self._services, team, user, "prompts"):
            page = (body.get("view") or {}).get("private_metadata", "")
            view = workspace_view(await self._services.preferences.workspace(team), page, said)
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    async def prompts_saved(
        self, ack: AsyncAck, view: Mapping[str, Any], context: AsyncBoltContext
    ) -> None:
        """All empty: the usual ones again."""
        team, user = team_of(context), str(context.user_id)
        said = (await self._services.texts(team, user)).places
        if not await may(self._services, team, user, "prompts"):
            await ack(**_update(notice_view(said.prompts_title, said.not_admin, said.close)))
            return
        if errors := half_written(view, said):
            await ack(response_action="errors", errors=errors)
            return
        preferences = self._services.preferences
        chosen = await preferences.workspace(team)
        update = {"prompts": chosen_prompts(view)}
        await preferences.save_workspace(team, chosen.model_copy(update=update))
        await ack()


def _update(view: View) -> dict[str, Any]:
    """The answer to a submission that shows something else in the same window."""
    return {"response_action": "update", "view": view}
