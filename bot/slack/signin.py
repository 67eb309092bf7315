"""Sign in with Slack (OpenID Connect, authorization code flow): `SignIn` and `Curators`.

The browser brings a code; Slack exchanges it for an id_token, which is read only after its
signature, issuer, audience, age and nonce were checked. What Slack says of a person's name is not
asked for: who may do what goes by ids.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jwt
import structlog
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.oauth import OpenIDConnectAuthorizeUrlGenerator
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.ports import Roles, Visitor
from bot.errors import NotAtHome, SignInRefused, SurfaceUnavailable
from bot.manifest import SIGN_IN_SCOPES
from bot.slack.door import Door
from bot.slack.signing_keys import SigningKeys
from bot.slack.trouble import passing, translated

log = structlog.get_logger(__name__)
ISSUER = "https://slack.com"
TEAM, USER = "https://slack.com/team_id", "https://slack.com/user_id"
ENTERPRISE = "https://slack.com/enterprise_id"  # where the workspace belongs to an organisation
LEEWAY = 30.0  # seconds that Slack's clock and ours may differ
CHECKS: dict[str, Any] = {
    "algorithms": ["RS256"],  # never what the token says of itself: that could be none, or HS256
    "issuer": ISSUER,
    "leeway": LEEWAY,
    "options": {"require": ["iss", "aud", "exp", "iat", "nonce", TEAM, USER], "strict_aud": True},
}


@dataclass(frozen=True)
class Client:
    """What Slack knows this app by. `slack_url`: of its Web API; `back`: where the browser returns."""

    client_id: str
    client_secret: str
    slack_url: str
    back: str


@dataclass(frozen=True)
class SlackSignIn:
    """`web` has no token; `door` knows which workspaces the app is installed in."""

    client: Client
    web: AsyncWebClient
    keys: SigningKeys
    door: Door

    def address(self, state: str, nonce: str) -> str:
        """Slack's own page; where the bot has one workspace, for that one."""
        made = OpenIDConnectAuthorizeUrlGenerator(
            client_id=quote(self.client.client_id, safe=""),
            redirect_uri=quote(self.client.back, safe=""),
            scopes=SIGN_IN_SCOPES,
            authorization_url=f"{authority(self.client.slack_url)}openid/connect/authorize",
        )
        return made.generate(state, nonce, self.door.only_team)

    async def visitor(self, code: str, nonce: str) -> Visitor:
        """Raises SignInRefused, NotAtHome and SurfaceUnavailable."""
        claims = await self._claims(await self._exchanged(code))
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise SignInRefused("the id_token was made for another sign-in")
        team, user = str(claims[TEAM]), str(claims[USER])
        owner = await self.door.owner(team, str(claims.get(ENTERPRISE) or ""))
        if not owner or not user:
            raise NotAtHome(f"the app is not installed in {team}")
        return Visitor(owner, user)

    async def _exchanged(self, code: str) -> str:
        """The id_token for a code; each code works once."""
        try:
            answer = await self.web.openid_connect_token(
                client_id=self.client.client_id,
                client_secret=self.client.client_secret,
                code=code,
                redirect_uri=self.client.back,
                grant_type="authorization_code",
            )
        except (SlackClientError, ClientError, TimeoutError) as error:
            if passing(error):
                raise SurfaceUnavailable(f"Slack: {type(error).__name__}") from error
            said = error.response.get("error") if isinstance(error, SlackApiError) else error
            raise SignInRefused(f"Slack does not take the code: {said}") from None
        return str(answer.get("id_token") or "")

    async def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            key = await self.keys.find(str(jwt.get_unverified_header(token).get("kid") or ""))
            if key is None:
                raise SignInRefused("the id_token is signed with a key that is not Slack's")
            return jwt.decode(token, key, audience=self.client.client_id, **CHECKS)
        except jwt.PyJWTError as error:
            raise SignInRefused(f"the id_token is no good: {type(error).__name__}") from None


async def unknown(client: Client, web: AsyncWebClient) -> str:
    """Slack's word for why it does not know this app; empty where it does.

    Asked with a code that is none: of an app that it knows, Slack says that about the code. Raises
    SlackClientError and what else the way to Slack is troubled by.
    """
    try:
        await web.openid_connect_token(
            client_id=client.client_id,
            client_secret=client.client_secret,
            code="none",
            redirect_uri=client.back,
        )
    except SlackApiError as error:
        said = str(error.response.get("error"))
        if passing(error):
            raise
        return "" if said in ("invalid_code", "invalid_grant") else said
    return ""


@dataclass(frozen=True)
class SlackCurators:
    """`Curators`: asked at every request, so that a role or an installation that ends, ends all."""

    roles: Roles
    installed: Callable[[str], Awaitable[bool]]

    @translated()
    async def may_curate(self, visitor: Visitor) -> bool:
        """Raises SurfaceUnavailable when Slack does not say who is in a group."""
        return await self.installed(visitor.team) and await self.roles.is_curator(*visitor)

    @translated()
    async def may_steer(self, visitor: Visitor) -> bool:
        """Raises SurfaceUnavailable when Slack does not say who is in a group."""
        return await self.installed(visitor.team) and await self.roles.is_admin(*visitor)


def authority(slack_url: str) -> str:
    """Where Slack's pages are, by where its Web API is; ends in a slash."""
    return slack_url.removesuffix("api/")
