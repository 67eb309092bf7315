"""`/openid/connect/authorize`: the page where somebody signs in with Slack; and the public keys.

Slack knows who sits there; here one says it. Codes are exchanged by `openid.connect.token`
(`methods/openid.py`).
"""

import html
import secrets

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.sandbox.config import Json
from bot.sandbox.errors import BadRequest
from bot.sandbox.oauth_routes import HEADERS, back
from bot.sandbox.openid import ISSUER, SignInCode
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import BOT, PEOPLE, TEAM_ID, TEAM_NAME

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Sign in to {app}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/sandbox/static/css/base.css">
<link rel="stylesheet" href="/sandbox/static/css/oauth.css"></head>
<body class="oauth"><main><h1>Sign in to {app} with {team}</h1>
<p>It will know who you are. Who are you?</p><p class="people">{people}</p>
<p class="choice"><a class="deny" href="{deny}">Cancel</a></p>
</main></body></html>"""


def routes(sandbox: Sandbox) -> APIRouter:
    router = APIRouter()

    @router.get("/openid/connect/authorize")
    async def authorize(
        client_id: str,
        redirect_uri: str,
        response_type: str = "",
        scope: str = "",
        state: str = "",
        nonce: str = "",
        team: str = "",
    ) -> Response:
        asked = tuple(scope.replace(",", " ").split())
        _check(redirect_uri, response_type, asked, team)

        def link(user_id: str) -> str:
            code = secrets.token_urlsafe(16)
            issued = SignInCode(client_id, redirect_uri, asked, nonce, user_id)
            sandbox.openid.codes[code] = issued
            return back(redirect_uri, code=code, state=state)

        people = [
            f'<a href="{link(person.user_id)}">{html.escape(person.real_name)}'
            f" <small>{html.escape(person.title)}</small></a>"
            for person in PEOPLE
        ]
        words = {
            "app": html.escape(BOT.real_name),
            "team": html.escape(TEAM_NAME),
            "people": " ".join(people),
            "deny": back(redirect_uri, error="access_denied", state=state),
        }
        return HTMLResponse(PAGE.format(**words), headers=HEADERS)

    @router.get("/openid/connect/keys")
    async def keys() -> Json:
        return sandbox.openid.key_set

    @router.get("/.well-known/openid-configuration")
    async def configuration(request: Request) -> Json:
        return _configuration(str(request.base_url).rstrip("/"))

    return router


def _check(redirect_uri: str, response_type: str, asked: tuple[str, ...], team: str) -> None:
    """Slack shows its own page for these, and sends nobody back."""
    if not redirect_uri.startswith(("http://", "https://")):
        raise BadRequest("The redirect_uri is no address.")
    if response_type != "code":
        raise BadRequest("The response_type has to be code.")
    if "openid" not in asked or set(asked) - {"openid", "profile", "email"}:
        raise BadRequest("The scope has to be openid, with profile and email where wanted.")
    if team not in ("", TEAM_ID):
        raise BadRequest("There is no such team.", 404)


def _configuration(here: str) -> Json:
    return {
        "issuer": ISSUER,
        "authorization_endpoint": f"{here}/openid/connect/authorize",
        "token_endpoint": f"{here}/api/openid.connect.token",
        "userinfo_endpoint": f"{here}/api/openid.connect.userInfo",
        "jwks_uri": f"{here}/openid/connect/keys",
        "scopes_supported": ["openid", "profile", "email"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }
