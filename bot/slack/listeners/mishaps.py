"""What Slack gets when a listener fails: a 503, so that it sends again, or a 200 where that is vain.

A delivery in a shape nobody expected fails every time: it is logged as ours to mend, with the place
in the code, and taken; whose modal it was reads that nothing was saved. Everything else (Redis away, Slack
in trouble) is worth Slack's retries.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.errors import BotError
from bot.slack.blocks.notice import notice_view
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.slack.trouble import TROUBLE
from finetune import FinetuneError

log = structlog.get_logger(__name__)
FORESEEN = (*TROUBLE, BotError, FinetuneError)
MISREAD = (LookupError, ValueError, TypeError, AttributeError)


class Mishaps:
    """For `app.error`: never shows anybody the error."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def answer(
        self, error: Exception, body: Mapping[str, Any], context: AsyncBoltContext
    ) -> BoltResponse:
        """What Slack gets."""
        if isinstance(error, FORESEEN) or not isinstance(error, MISREAD):
            return self.later(error, body)
        kind = _kind(body)
        log.error("payload_not_understood", kind=kind, error=repr(error), at=place_of(error))
        if kind == "view_submission":
            return BoltResponse(status=200, body=await self._not_saved(context))
        return BoltResponse(status=200, body="")

    def later(self, error: Exception, body: Mapping[str, Any]) -> BoltResponse:
        """What Slack gets where the shape is not at fault."""
        kind = _kind(body)
        if isinstance(error, FORESEEN):
            log.warning("listener_failed", kind=kind, error=_line(error), at=place_of(error))
        else:
            log.error("listener_failed", kind=kind, exc_info=error)
        return BoltResponse(status=503, body="")

    async def _not_saved(self, context: AsyncBoltContext) -> dict[str, Any]:
        """In place of the modal, which would close as if all were well."""
        said = (await self._services.texts(team_of(context), str(context.user_id))).chat
        view = notice_view(said.not_saved_title, said.not_saved, said.not_saved_close)
        return {"response_action": "update", "view": view.to_dict()}


def _kind(body: Mapping[str, Any]) -> str:
    event = body.get("event")
    return str((event if isinstance(event, dict) else body).get("type") or body.get("command"))


def _line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


def place_of(error: Exception) -> str:
    """The innermost line of this package."""
    found, trace = "", error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if "bot" in path.parts:
            found = f"{path.name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found
