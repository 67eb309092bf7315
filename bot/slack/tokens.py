"""The current token of each installed workspace, refreshed in time where Slack rotates tokens.

Asked at every delivery (`InstalledAuthorize`, for Bolt) and at every call (`clients.py`).
"""

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial

import structlog
from aiohttp import ClientError
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError, SlackClientError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator

from bot.errors import SurfaceUnavailable
from bot.slack.installation import Installations, owner_of

log = structlog.get_logger(__name__)
PATIENCE = 10.0  # seconds for Slack to give a new token, well within the lock's time
EARLY = 120  # minutes before a token expires (Slack's live twelve hours) that a new one is fetched
LATE = 5  # minutes before that from which on the new one is waited for
# Slack's words for a token that it will not renew, whenever it is asked.
FOR_GOOD = frozenset({"account_inactive", "invalid_refresh_token", "token_revoked"})


@dataclass(frozen=True)
class Tokens:
    """Installations whose token works now."""

    installations: Installations
    rotator: AsyncTokenRotator
    _under_way: dict[str, asyncio.Task[Installation | None]] = field(default_factory=dict)

    async def current(self, owner: str) -> Installation | None:
        """None where the app is not installed, or where Slack gives no new token any more.

        Raises SurfaceUnavailable where the token is over and Slack has no new one just now. One
        that is still good is answered with, and renewed meanwhile: nobody waits for Slack.
        """
        found = await self.installations.of(owner)
        if found is None or not _expires(found, EARLY):
            return found
        renewing = self._under_way.get(owner)
        if renewing is None:
            renewing = self._under_way[owner] = asyncio.create_task(self._renewed(owner))
            renewing.add_done_callback(partial(self._over, owner))
        # For many at one time; whoever goes away does not end it for the others.
        return await asyncio.shield(renewing) if _expires(found, LATE) else found

    def _over(self, owner: str, task: "asyncio.Task[Installation | None]") -> None:
        del self._under_way[owner]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("token_not_refreshed", team=owner, error=str(error))

    async def _renewed(self, owner: str) -> Installation | None:
        async with self.installations.records.alone(owner):
            sealed = await self.installations.records.find(owner)
            found = self.installations.read(owner, sealed)  # another may have refreshed it
            if sealed is None or found is None or not _expires(found, EARLY):
                return found
            return await self._refreshed(owner, sealed, found)

    async def _refreshed(self, owner: str, sealed: str, found: Installation) -> Installation | None:
        try:
            async with asyncio.timeout(PATIENCE):
                new = await self.rotator.perform_token_rotation(
                    installation=found, minutes_before_expiration=EARLY
                )
        except (SlackTokenRotationError, SlackClientError, ClientError, TimeoutError) as error:
            log.warning("token_not_refreshed", team=owner, error=_said(error) or str(error))
            if not _expires(found, 0):
                return found
            if _said(error) in FOR_GOOD:
                return None
            raise SurfaceUnavailable(f"no token for {owner}") from error
        if new is not None and not await self.installations.renew(owner, sealed, new):
            return await self.installations.of(owner)  # uninstalled meanwhile, or installed again
        return new or found


class InstalledAuthorize(AsyncAuthorize):
    """For Bolt: whose token answers a delivery. Asks the database, and Slack only to refresh."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt leaves it unannotated
        self._tokens = tokens

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        **_actor: str | None,
    ) -> AuthorizeResult | None:
        """The installation's token; its `team_id` is the owner that `team_of` gives."""
        owners = [owner_of(enterprise_id, team_id, whole=context.is_enterprise_install)]
        if enterprise_id and enterprise_id not in owners:
            owners.append(enterprise_id)
        for owner in owners:
            found = await self._tokens.current(owner) if owner else None
            if found is not None and found.bot_token:
                return AuthorizeResult(
                    enterprise_id=found.enterprise_id,
                    team_id=owner,
                    bot_user_id=found.bot_user_id,
                    bot_id=found.bot_id,
                    bot_token=found.bot_token,
                    bot_scopes=found.bot_scopes,
                    user_id=user_id,
                )
        log.warning("not_installed", team=owners[0])
        return None


def _said(error: Exception) -> str:
    """Slack's own word, if it gave one."""
    cause = error.api_error if isinstance(error, SlackTokenRotationError) else error
    return str(cause.response.get("error") or "") if isinstance(cause, SlackApiError) else ""


def _expires(found: Installation, minutes: int) -> bool:
    """Whether the token is over within so many minutes."""
    at = found.bot_token_expires_at
    return at is not None and at <= time.time() + minutes * 60
