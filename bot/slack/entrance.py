"""The short way in for what people write: to the same listeners, past Bolt's dispatching.

A burst of messages must be acknowledged within Slack's three seconds, and finding a listener costs
Bolt more than all else. So `requests.py` (over HTTP) and `socket.py` (Socket Mode) ask here first.
Edits, deletions, corrections and all other deliveries go through Bolt, as do workspaces that have
not installed the app: none of them comes by the thousand.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_internals import build_async_context

from bot.slack.listeners import latecomers
from bot.slack.listeners.addressing import Event, asked, me_of
from bot.slack.listeners.deliveries import id_of
from bot.slack.listeners.mishaps import MISREAD, Mishaps
from bot.slack.listeners.thread_corrections import corrects
from bot.slack.services import Services
from bot.slack.team import team_of

log = structlog.get_logger(__name__)
KINDS = ("app_mention", "message")
ABOUT_ANOTHER = ("message_changed", "message_deleted")  # what they do depends on another message


class Entrance:
    """`authorize` says who we are in the workspace that a delivery belongs to, as Bolt asks it."""

    def __init__(self, authorize: AsyncAuthorize, services: Services) -> None:
        self._authorize, self._services = authorize, services
        self._mishaps = Mishaps(services)

    async def take(self, body: Mapping[str, Any]) -> int | None:
        """Slack's answer, once the message is stored and its task queued; None: leave it to Bolt."""
        event = body.get("event")
        if body.get("type") == "app_rate_limited":  # it has no event, and Bolt does not know it
            log.warning("slack_keeps_events_back", team=str(body.get("team_id")))
            self._services.metrics.kept_back()
            return 200
        if body.get("type") != "event_callback" or not isinstance(event, dict):
            return None
        if event.get("type") not in KINDS or event.get("subtype") in ABOUT_ANOTHER:
            return None
        context = AsyncBoltContext()
        try:
            build_async_context(context, dict(body))
        except MISREAD:  # nor can Bolt, which says so
            return None
        try:
            known = await self._known(context)
        except Exception as error:  # noqa: BLE001  # as Bolt would: it is logged there
            return self._mishaps.later(error, body).status
        return await self._admit(body, event, context) if known else None

    async def _admit(
        self, body: Mapping[str, Any], event: Event, context: AsyncBoltContext
    ) -> int | None:
        try:
            me = me_of(body, context)
            if not me.wrote(event) and corrects(event, me.user):
                return None
            turn = asked(team_of(context), event, me)
        except Exception as error:  # noqa: BLE001
            return (await self._mishaps.answer(error, body, context)).status
        try:
            if turn is not None:
                await latecomers.accept(self._services, turn, event, me, id_of(body))
        except Exception as error:  # noqa: BLE001  # it was read: whatever fails now is ours
            return self._mishaps.later(error, body).status
        return 200

    async def _known(self, context: AsyncBoltContext) -> bool:
        """Whether the workspace has the app; then the context knows who we are there."""
        known = await self._authorize(
            context=context,
            enterprise_id=context.enterprise_id,
            team_id=context.team_id,
            user_id=context.user_id,
        )
        if known is not None:
            context.set_authorize_result(known)
        return known is not None
