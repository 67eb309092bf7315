"""`/api/<method>`: Slack's Web API over HTTP, as slack_sdk calls it.

Reads the arguments (query, form or JSON), checks the token, calls the function in `methods/`.
"""

from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.json_text import read_json
from bot.sandbox.methods import METHODS
from bot.sandbox.methods.scopes import check_scope
from bot.sandbox.sandbox import Sandbox

NO_TOKEN = frozenset({"oauth.v2.access", "openid.connect.token", "api.test"})
OF_A_PERSON = frozenset({"openid.connect.userInfo"})  # with a token of somebody who signed in


def routes(sandbox: Sandbox) -> APIRouter:
    router = APIRouter()

    @router.api_route("/api/{method}", methods=["GET", "POST"])
    async def call_method(method: str, request: Request) -> Response:
        try:
            answer = _answer(sandbox, method, await _arguments(request), request)
        except SlackRefusal as refusal:
            return _refused(refusal)
        return JSONResponse({"ok": True, **answer})

    return router


def _answer(sandbox: Sandbox, method: str, args: Json, request: Request) -> Json:
    if method not in METHODS:
        raise SlackRefusal("unknown_method")
    if method in OF_A_PERSON:
        args["token"] = _token(args.get("token"), request)
    elif method not in NO_TOKEN:
        _check_token(sandbox, method, _token(args.pop("token", None), request))
        check_scope(method, sandbox.config.scopes)
    else:
        args = {**_client(request), **args}
    if sandbox.limits:
        sandbox.limits.take(method, str(args.get("channel") or ""))
    _ordered_fault(sandbox, method)
    base_url = str(request.base_url).rstrip("/")
    return METHODS[method](Call(sandbox, args, base_url))


def _client(request: Request) -> Json:
    """The app's own id and secret, where it gives them by Basic authentication."""
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _, secret = b64decode(credentials).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


def _token(field: Any, request: Request) -> Any:
    """The header's, else the argument."""
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    return bearer.strip() if scheme.lower() == "bearer" else field


def _check_token(sandbox: Sandbox, method: str, token: Any) -> None:
    if not token:
        raise SlackRefusal("not_authed")
    known = {sandbox.config.bot_token: False, sandbox.config.app_token: True}
    if token not in known:
        raise SlackRefusal("invalid_auth")
    if known[token] != (method == "apps.connections.open"):
        raise SlackRefusal("not_allowed_token_type")


def _ordered_fault(sandbox: Sandbox, method: str) -> None:
    """A refusal that a test ordered through `/sandbox/api/faults`."""
    fault = sandbox.dispatcher.faults.refuse.get(method)
    if fault and fault["times"] > 0:
        fault["times"] -= 1
        raise SlackRefusal(fault["error"], retry_after=fault.get("retry_after"))


async def _arguments(request: Request) -> Json:
    args: Json = dict(request.query_params)
    body = await request.body()
    if not body:
        return args
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            value = read_json(body.decode())
        except ValueError:
            raise SlackRefusal("invalid_json") from None
        if not isinstance(value, dict):
            raise SlackRefusal("json_not_object")
        return {**args, **value}
    try:
        return {**args, **dict(parse_qsl(body.decode(), keep_blank_values=True))}
    except ValueError:
        raise SlackRefusal("invalid_form_data") from None


def _refused(refusal: SlackRefusal) -> Response:
    answer: Json = {"ok": False, "error": refusal.error, **refusal.details}
    if refusal.messages:
        answer["response_metadata"] = {"messages": list(refusal.messages)}
    if refusal.error == "ratelimited":
        headers = {"Retry-After": str(refusal.retry_after or 1)}
        return JSONResponse(answer, status_code=429, headers=headers)
    return JSONResponse(answer)
