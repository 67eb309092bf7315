"""`bot doctor`: try every step of the README's installation, and say what to do about each that fails."""

import time
from collections.abc import AsyncIterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple

import aiohttp
import openai
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.cipher import Cipher
from bot.bootstrap import open_service
from bot.errors import BotError
from bot.manifest import SCOPES
from bot.settings import Settings
from bot.slack.trouble import TROUBLE
from finetune import FinetuneError

SKEW = 120.0  # seconds; at five minutes Slack's requests are refused as too old
PATIENCE = 10.0  # seconds for the public address


class Finding(NamedTuple):
    """One thing that was tried. `advice` is empty when it is well."""

    name: str
    advice: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Yield a finding for each step, in the order somebody installing the bot meets them."""
    if settings.slack_client_id:
        yield _oauth(settings)
    else:
        async for finding in _slack(settings):
            yield finding
    secret = settings.slack_signing_secret.get_secret_value()
    yield Finding(
        "signing secret",
        "" if secret else "set SLACK_SIGNING_SECRET (your app's Basic Information page)",
    )
    if settings.slack_app_token is not None:
        yield await _socket_mode(settings)
    if settings.public_url is not None:
        yield await _reachable(settings)
    yield await _redis(settings)
    async for finding in _models(settings):
        yield finding
    async for finding in _admins(settings):
        yield finding


def _client(settings: Settings) -> AsyncWebClient:
    token = settings.slack_bot_token.get_secret_value()
    return AsyncWebClient(token=token, base_url=settings.slack_base_url, retry_handlers=[])


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    if not settings.slack_bot_token.get_secret_value():
        yield Finding("Slack", "set SLACK_BOT_TOKEN (your app's OAuth & Permissions page)")
        return
    try:
        me = await _client(settings).auth_test()
    except TROUBLE as error:
        yield Finding("Slack", f"Slack does not accept SLACK_BOT_TOKEN: {_said(error)}")
        return
    yield Finding(f"Slack ({me['team']} as {me['user']})", "")
    headers = {name.lower(): str(value) for name, value in me.headers.items()}
    if "x-oauth-scopes" in headers:
        yield _scopes(headers["x-oauth-scopes"])
    if "date" in headers:
        yield _clock(headers["date"])


def _scopes(granted: str) -> Finding:
    missing = sorted(set(SCOPES) - {scope.strip() for scope in granted.split(",")})
    advice = f"add {', '.join(missing)} (`bot manifest` has all), then reinstall the app"
    return Finding("scopes", advice if missing else "")


def _clock(date: str) -> Finding:
    """Slack signs with its time: where ours is far from it, every request looks forged."""
    try:
        at = parsedate_to_datetime(date).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return Finding("clock", "")
    away = time.time() - at
    advice = f"this clock is {away:+.0f} s from Slack's: set it by NTP"
    return Finding("clock", advice if abs(away) > SKEW else "")


def _oauth(settings: Settings) -> Finding:
    if not settings.slack_client_secret.get_secret_value():
        return Finding("OAuth", "set SLACK_CLIENT_SECRET (your app's Basic Information page)")
    if not str(settings.public_url or "").startswith("https://"):
        return Finding(
            "OAuth", "set PUBLIC_URL to this server's https address: Slack returns there"
        )
    try:
        Cipher(settings.encryption_keys)
    except BotError as error:
        return Finding("OAuth", str(error))
    return Finding(f"OAuth (install at {settings.web_url}/slack/install)", "")


async def _socket_mode(settings: Settings) -> Finding:
    token = settings.slack_app_token.get_secret_value() if settings.slack_app_token else ""
    try:
        await _client(settings).apps_connections_open(app_token=token)
    except TROUBLE as error:
        return Finding(
            "Socket Mode",
            f"SLACK_APP_TOKEN: {_said(error)}; make one with the scope connections:write "
            "(Basic Information, App-Level Tokens) and enable Socket Mode",
        )
    return Finding("Socket Mode", "")


async def _reachable(settings: Settings) -> Finding:
    """Our own probe through the public address, if the bot runs."""
    name = f"public address ({settings.web_url})"
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.get(f"{settings.web_url}/healthz") as answer,
        ):
            status, text = answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError, ValueError) as error:
        return Finding(
            name, f"not reached ({type(error).__name__}): start `bot serve`, check proxy"
        )
    well = status == 200 and text == '{"status":"ok"}'
    return Finding(name, "" if well else f"/healthz answers {status}: check the proxy")


async def _redis(settings: Settings) -> Finding:
    try:
        async with open_service(settings) as service:
            return Finding("Redis", "; ".join(await service.health.problems()))
    except (BotError, FinetuneError, OSError) as error:
        return Finding("Redis", str(error))


async def _models(settings: Settings) -> AsyncIterator[Finding]:
    base_url = str(settings.openai_base_url) if settings.openai_base_url else None
    key = settings.openai_api_key.get_secret_value()
    if not key:
        advice = "set OPENAI_API_KEY (and OPENAI_BASE_URL for another provider)"
        yield Finding("models", advice)
        return
    named = {  # the first variable that names a model is said
        settings.fallback_model: "FALLBACK_MODEL",
        settings.base_model: "BASE_MODEL",
        settings.chat_model: "CHAT_MODEL",
    }
    async with openai.AsyncOpenAI(api_key=key, base_url=base_url, max_retries=0) as client:
        for model in (settings.chat_model, settings.base_model, settings.fallback_model):
            variable = named.pop(model, "")
            if model and variable:
                yield await _model(client, model, variable)


async def _model(client: openai.AsyncOpenAI, model: str, variable: str) -> Finding:
    try:
        await client.models.retrieve(model)
    except openai.OpenAIError as error:
        return Finding("models", f"{variable}={model}: {error}")
    return Finding(f"models ({model})", "")


async def _admins(settings: Settings) -> AsyncIterator[Finding]:
    if settings.slack_client_id:
        yield Finding("admins (who installs the app, and ADMINS)", "")
        return
    if not settings.admins:
        yield Finding("admins", "set ADMINS, or nobody can use /retrain")
        return
    unknown = [name for name in settings.admins if await _unknown(settings, name)]
    advice = f"ADMINS: {', '.join(unknown)} is nobody here; copy the member ID from a profile"
    yield Finding("admins", advice if unknown else "")


async def _unknown(settings: Settings, name: str) -> bool:
    """Whether Slack says so; trouble on the way is the business of other findings."""
    if name[:1] not in ("U", "W"):
        return not name.startswith("S")
    try:
        await _client(settings).users_info(user=name)
    except SlackApiError as error:
        return error.response.get("error") in ("user_not_found", "users_not_found")
    except TROUBLE:
        return False
    return False


def _said(error: Exception) -> Any:
    """Slack's own word, where there is one."""
    if isinstance(error, SlackApiError):
        return error.response.get("error")
    return str(error) if isinstance(error, SlackClientError) else type(error).__name__
