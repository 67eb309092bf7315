"""Who we are in the one workspace of SLACK_BOT_TOKEN: learnt at the start, for every delivery.

Bolt's own way asks Slack at the first delivery and, where Slack is in trouble, tells it with a 200
that a question was taken which was not.
"""

from dataclasses import dataclass

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SurfaceUnavailable
from bot.slack.trouble import TROUBLE

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ourselves:
    """What `auth.test` says of our token."""

    team: str
    enterprise: str | None
    user: str
    bot: str | None


class OwnAuthorize(AsyncAuthorize):
    """For Bolt: our one token answers every delivery. `client` has it, and fails at once."""

    def __init__(self, client: AsyncWebClient) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt leaves it unannotated
        self._client = client
        self._known: Ourselves | None = None

    @property
    def known(self) -> Ourselves | None:
        """What was learnt; None while Slack has not said it."""
        return self._known

    async def team(self) -> str:
        """The workspace. Raises SurfaceUnavailable while Slack has not said it."""
        return (await self._ourselves()).team

    async def learn(self) -> None:
        """Ask now. Slack may be away: then the first delivery asks again."""
        try:
            await self._ourselves()
        except SurfaceUnavailable as error:
            log.warning("not_known_who_we_are", error=str(error))

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002  # Bolt passes them all by name
        enterprise_id: str | None,  # noqa: ARG002
        team_id: str | None,  # noqa: ARG002
        user_id: str | None,
        **_actor: str | None,
    ) -> AuthorizeResult:
        """Raises SurfaceUnavailable while Slack has not said it: then Slack delivers again."""
        known = await self._ourselves()
        return AuthorizeResult(
            enterprise_id=known.enterprise,
            team_id=known.team,
            bot_user_id=known.user,
            bot_id=known.bot,
            bot_token=self._client.token,
            user_id=user_id,
        )

    async def _ourselves(self) -> Ourselves:
        if self._known is None:
            try:
                said = await self._client.auth_test()
            except TROUBLE as error:
                raise SurfaceUnavailable(f"Slack: auth.test: {error}") from error
            self._known = Ourselves(
                team=str(said["team_id"]),
                enterprise=said.get("enterprise_id"),
                user=str(said["user_id"]),
                bot=said.get("bot_id"),
            )
        return self._known
