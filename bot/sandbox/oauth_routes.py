"""`/oauth/v2/authorize`: the page where somebody installs the app, and what comes of it.

Gives out codes that `oauth.v2.access` (`methods/team.py`) exchanges; only the one workspace can be chosen.
"""

import html
import secrets
from urllib.parse import urlencode

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from bot.sandbox.errors import BadRequest
from bot.sandbox.sandbox import OAuthCode, Sandbox
from bot.sandbox.workspace import BOT, TEAM_NAME

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Install {app}</title>
<link rel="stylesheet" href="/sandbox/static/css/base.css">
<link rel="stylesheet" href="/sandbox/static/css/oauth.css"></head>
<body class="oauth"><main><h1>{app} asks to be installed in {team}</h1>
<p>It will be able to:</p><ul>{scopes}</ul>
<p class="choice"><a class="deny" href="{deny}">Cancel</a> <a class="allow" href="{allow}">Allow</a></p>
</main></body></html>"""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
}


def routes(sandbox: Sandbox) -> APIRouter:
    router = APIRouter()

    @router.get("/oauth/v2/authorize")
    async def authorize(
        client_id: str, redirect_uri: str, scope: str = "", state: str = ""
    ) -> Response:
        if not redirect_uri.startswith(("http://", "https://")):
            raise BadRequest("The redirect_uri is no address.")
        asked = [each for each in scope.split(",") if each]
        code = secrets.token_urlsafe(16)
        sandbox.oauth_codes[code] = OAuthCode(client_id, redirect_uri, tuple(asked))
        words = {
            "app": html.escape(BOT.real_name),
            "team": html.escape(TEAM_NAME),
            "scopes": "".join(f"<li><code>{html.escape(each)}</code></li>" for each in asked),
            "allow": back(redirect_uri, code=code, state=state),
            "deny": back(redirect_uri, error="access_denied", state=state),
        }
        return HTMLResponse(PAGE.format(**words), headers=HEADERS)

    return router


def back(redirect_uri: str, **query: str) -> str:
    """The address that the browser returns to, escaped for an attribute."""
    joint = "&" if "?" in redirect_uri else "?"
    return html.escape(f"{redirect_uri}{joint}{urlencode(query)}", quote=True)
