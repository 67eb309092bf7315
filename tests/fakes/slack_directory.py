"""Slack's Web API for several workspaces at once, over real HTTP: who calls is told by the token.

    async with directory() as slack:
        slack.grant("code-a", hill)               # what oauth.v2.access gives for a code
        slack.calls                                # (workspace, method, parameters), in order
        slack.texts("T0HILL0001")                  # what was said in one workspace, as it was said
    slack.thread("T0HILL0001", ts)             # the bot's messages in a thread, as Slack shows them

It knows tokens, and keeps what is posted by Slack's rules; it checks no limits (the sandbox does).
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from bench.turns_runs.messages import Messages, Refused
from tests.fakes.serving import served

Json = dict[str, Any]
HOURS = 12 * 3600  # seconds that a rotated token lives


@dataclass
class Company:
    """A workspace that may install the app, or a whole organisation (`team` empty)."""

    team: str
    name: str
    installer: str
    enterprise: str = ""
    rotates: bool = False
    expires_in: int = HOURS
    tokens: list[str] = field(default_factory=list)

    @property
    def owner(self) -> str:
        return self.team or self.enterprise

    @property
    def bot_user(self) -> str:
        return f"U0BOT{self.owner[1:5]}"

    def new_token(self) -> str:
        """Makes one; those before it stay good until they are revoked."""
        self.tokens.append(f"xoxb-{self.owner}-{len(self.tokens) + 1}")
        return self.tokens[-1]


@dataclass(frozen=True)
class Call:
    """One request to the Web API."""

    owner: str
    method: str
    parameters: Json


@dataclass
class SlackDirectory:
    """All companies, and what was asked in their names."""

    url: str = ""
    companies: list[Company] = field(default_factory=list)
    codes: dict[str, Company] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    messages: dict[tuple[str, str, str], str] = field(default_factory=dict)
    refuse: dict[str, str] = field(default_factory=dict)  # method → error
    scopes: str = "chat:write"
    socket_url: str = ""
    _kept: dict[str, Messages] = field(default_factory=dict)  # by the workspace

    def company(self, team: str, name: str, installer: str, **values: Any) -> Company:
        """Found one."""
        made = Company(team=team, name=name, installer=installer, **values)
        self.companies.append(made)
        return made

    def grant(self, code: str, company: Company) -> None:
        """Slack would send the browser back with this code; it works once."""
        self.codes[code] = company

    def revoke(self, company: Company) -> None:
        """None of its tokens is any good from now on."""
        company.tokens = [f"{token}-revoked" for token in company.tokens]

    def asked(self, owner: str, method: str) -> list[Json]:
        """Parameters of every call of a method with a workspace's token."""
        return [c.parameters for c in self.calls if (c.owner, c.method) == (owner, method)]

    def texts(self, owner: str) -> list[str]:
        """What the bot's messages in a workspace say."""
        return [text for (of, _, _), text in self.messages.items() if of == owner]

    def thread(self, owner: str, ts: str) -> list[Json]:
        """The bot's messages in a thread, the oldest first, with their blocks and metadata."""
        return self._kept[owner].replies({"ts": ts}) if owner in self._kept else []

    def answer(self, method: str, token: str, body: Json) -> Json:
        """As Slack would, shortly."""
        if method == "oauth.v2.access":
            return self._access(body)
        if method == "apps.connections.open":
            return {"ok": True, "url": self.socket_url} if self.socket_url else _no("not_allowed")
        if method == "openid.connect.token":
            return _no("invalid_code")
        company = next((c for c in self.companies if token in c.tokens), None)
        self.calls.append(Call(company.owner if company else "", method, body))
        if company is None:
            return _no("invalid_auth")
        if method in self.refuse:
            return _no(self.refuse[method])
        if method == "files.info":
            return _no("file_not_found")
        if method.startswith("chat."):
            return self._chat(company, method, body)
        if method == "conversations.replies" and company.owner in self._kept:
            return {"ok": True, "messages": self._kept[company.owner].replies(body)}
        return {"ok": True, **_known(company, method, body)}

    def _access(self, body: Json) -> Json:
        if body.get("grant_type") == "refresh_token":
            company = next(
                (c for c in self.companies if body["refresh_token"] == _refresh(c)), None
            )
        else:
            company = self.codes.pop(body.get("code", ""), None)
        self.calls.append(Call(company.owner if company else "", "oauth.v2.access", body))
        return _installed(company) if company else _no("invalid_code")

    def _chat(self, company: Company, method: str, body: Json) -> Json:
        if method == "chat.postEphemeral":
            return {"ok": True, "message_ts": "1.000001"}
        kept = self._kept.setdefault(company.owner, Messages(company.bot_user))
        try:
            ts = kept.write(method, body)
        except Refused as error:
            return _no(str(error))
        spot = (company.owner, str(body.get("channel")), ts)
        stream = method in ("chat.appendStream", "chat.stopStream")
        before = self.messages.get(spot, "") if stream else ""
        self.messages[spot] = before + json.dumps(body, ensure_ascii=False)
        return {"ok": True, "channel": body.get("channel"), "ts": ts, "message": {"ts": ts}}


def _no(error: str) -> Json:
    return {"ok": False, "error": error}


def _refresh(company: Company) -> str:
    return f"xoxe-1-{company.owner}-{len(company.tokens)}"


def _installed(company: Company) -> Json:
    token = company.new_token()
    rotation = {"refresh_token": _refresh(company), "expires_in": company.expires_in}
    return {
        "ok": True,
        "app_id": "A0APPRENTI",
        "authed_user": {"id": company.installer},
        "scope": "chat:write,commands",
        "token_type": "bot",
        "access_token": token,
        "bot_user_id": company.bot_user,
        "team": {"id": company.team, "name": company.name} if company.team else None,
        "enterprise": (
            {"id": company.enterprise, "name": company.name} if company.enterprise else None
        ),
        "is_enterprise_install": not company.team,
        **(rotation if company.rotates else {}),
    }


def _known(company: Company, method: str, body: Json) -> Json:
    """What a few methods say; every other says that it is well."""
    if method == "auth.test":
        return {
            "url": "https://example.slack.com/",
            "team": company.name,
            "user": "apprentice",
            "team_id": company.owner,
            "user_id": company.bot_user,
            "bot_id": f"B{company.bot_user[1:]}",
            "enterprise_id": company.enterprise or None,
            "is_enterprise_install": not company.team,
        }
    if method == "users.info":
        user = body.get("user")
        profile = {"display_name": f"somebody of {company.name}"}
        return {"user": {"id": user, "name": user, "locale": "en-US", "profile": profile}}
    if method == "conversations.open":
        return {"channel": {"id": f"D{company.owner[1:]}"}}
    if method == "conversations.info":
        return {"channel": {"id": body.get("channel"), "name": "general", "is_channel": True}}
    if method.startswith("conversations."):
        return {"messages": [], "members": [company.installer], "channels": []}
    if method.startswith("views."):
        return {"view": {"id": "V0VIEW0001", "hash": "1"}}
    if method == "usergroups.users.list":
        return {"users": []}
    return {}


@asynccontextmanager
async def directory() -> AsyncIterator[SlackDirectory]:
    """Serve it; its Web API is at `url`, with `/api/` at the end."""
    slack = SlackDirectory()
    app = FastAPI()

    @app.api_route("/api/{method}", methods=["GET", "POST"])
    async def api(method: str, request: Request) -> Response:
        kind = request.headers.get("content-type", "")
        body = await request.json() if "json" in kind else dict(await request.form())
        body |= dict(request.query_params)
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        said = slack.answer(method, token or str(body.pop("token", "")), body)
        return JSONResponse(said, headers={"x-oauth-scopes": slack.scopes})

    async with served(app) as url:
        slack.url = f"{url}/api/"
        yield slack
