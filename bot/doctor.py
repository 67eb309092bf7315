"""`bot doctor`: try every step of the README's installation, and say what to do about each that fails."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import NamedTuple

import aiohttp
import openai
import structlog
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.cipher import Cipher
from bot.bootstrap import open_service
from bot.errors import BotError
from bot.manifest import SCOPES, SIGNED_IN_PATH
from bot.settings import Settings
from bot.slack.signin import Client, unknown
from bot.slack.trouble import TROUBLE
from finetune import FinetuneError, data_dir_problems, discreet

log = structlog.get_logger(__name__)
SIGN_IN = "curation pages, Sign in with Slack"
SKEW = 120.0  # seconds; at five minutes Slack's requests are refused as too old
PATIENCE = 10.0  # seconds for the public address


class Finding(NamedTuple):
    """One thing that was tried. `advice` is empty when it is well; then `hint` may make it better."""

    name: str
    advice: str
    hint: str = ""


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Yield a finding for each step, in the order somebody installing the bot meets them."""
    for name, step in _steps(settings):
        try:
            async for finding in step:
                yield finding._replace(advice=discreet(finding.advice))
        except Exception as error:  # what breaks one step must not hide the others
            log.debug("step_not_tried", step=name, exc_info=True)
            why = discreet(f"could not be tried ({type(error).__name__}: {error})")
            yield Finding(name, why)


def _steps(settings: Settings) -> Iterator[tuple[str, AsyncIterator[Finding]]]:
    yield "Slack", _oauth(settings) if settings.slack_client_id else _slack(settings)
    yield "signing secret", _signing_secret(settings)
    if settings.slack_app_token is not None:
        yield "Socket Mode", _socket_mode(settings)
    if settings.public_url is not None:
        yield "public address", _reachable(settings)
    yield SIGN_IN, _sign_in(settings)
    yield "DATA_DIR", _data_dir(settings)
    yield "Redis", _redis(settings)
    yield "models", _models(settings)
    yield "admins", _admins(settings)
    if settings.admin_channel and not settings.slack_client_id:
        yield "admin channel", _admin_channel(settings)


def _given(secret: SecretStr | None) -> str:
    """Empty for what stands for something: no key or token has other than ASCII characters."""
    value = secret.get_secret_value() if secret else ""
    return value if value.isascii() else ""


async def _signing_secret(settings: Settings) -> AsyncIterator[Finding]:
    advice = "set SLACK_SIGNING_SECRET (your app's Basic Information page)"
    yield Finding("signing secret", "" if _given(settings.slack_signing_secret) else advice)


def _client(settings: Settings) -> AsyncWebClient:
    token = _given(settings.slack_bot_token)
    return AsyncWebClient(token=token, base_url=settings.slack_base_url, retry_handlers=[])


async def _slack(settings: Settings) -> AsyncIterator[Finding]:
    if not _given(settings.slack_bot_token):
        yield Finding("Slack", "set SLACK_BOT_TOKEN (your app's OAuth & Permissions page)")
        return
    try:
        me = await _client(settings).auth_test()
    except TROUBLE as error:
        yield Finding("Slack", _trouble(settings, error, "Slack does not accept SLACK_BOT_TOKEN"))
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


async def _oauth(settings: Settings) -> AsyncIterator[Finding]:
    advice = ""
    if not _given(settings.slack_client_secret):
        advice = "set SLACK_CLIENT_SECRET (your app's Basic Information page)"
    elif not str(settings.public_url or "").startswith("https://"):
        advice = "set PUBLIC_URL to this server's https address: Slack returns there"
    else:
        try:
            Cipher(settings.encryption_keys)
        except BotError as error:
            advice = str(error)
    where = f" (install at {settings.web_url}/slack/install)"
    yield Finding("OAuth" if advice else f"OAuth{where}", advice)


async def _sign_in(settings: Settings) -> AsyncIterator[Finding]:
    """Whether curators can sign in with Slack; without it App Home's link is their way in."""
    client_id, secret = settings.sign_in_client
    if not client_id:
        yield Finding(f"{SIGN_IN} (SIGN_IN_CLIENT_ID is not set: by App Home's button only)", "")
        return
    owner = "SIGN_IN_CLIENT" if settings.sign_in_client_id else "SLACK_CLIENT"
    if not secret:
        yield Finding(SIGN_IN, f"set {owner}_SECRET (your app's Basic Information page)")
        return
    back = f"{settings.web_url}{SIGNED_IN_PATH}"
    client = Client(client_id, secret, settings.slack_base_url, back)
    try:
        said = await unknown(client, _client(settings))
    except TROUBLE as error:
        yield Finding(SIGN_IN, _trouble(settings, error, "openid.connect.token"))
        return
    advice = f"Slack does not know {owner}_ID with its secret ({said}): copy both once more"
    yield Finding(f"{SIGN_IN} (redirect URL {back})", advice if said else "")


async def _socket_mode(settings: Settings) -> AsyncIterator[Finding]:
    advice = (
        "make an app-level token with the scope connections:write (Basic Information) and enable "
        "Socket Mode"
    )
    token = _given(settings.slack_app_token)
    if not token:
        yield Finding("Socket Mode", f"set SLACK_APP_TOKEN: {advice}")
        return
    try:
        await _client(settings).apps_connections_open(app_token=token)
    except TROUBLE as error:
        said = _trouble(settings, error, "SLACK_APP_TOKEN")
        yield Finding("Socket Mode", f"{said}; {advice}")
        return
    yield Finding("Socket Mode", "")


async def _reachable(settings: Settings) -> AsyncIterator[Finding]:
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
        why = f"not reached ({type(error).__name__}): start `bot serve`, check proxy"
        yield Finding(name, why)
        return
    well = status == 200 and text == '{"status":"ok"}'
    yield Finding(name, "" if well else f"/healthz answers {status}: check the proxy")


async def _data_dir(settings: Settings) -> AsyncIterator[Finding]:
    problems = await asyncio.to_thread(data_dir_problems, settings.data_dir)
    yield Finding("DATA_DIR", "; ".join(problems))


async def _redis(settings: Settings) -> AsyncIterator[Finding]:
    counts: dict[str, int] = {}
    hints: list[str] = []
    try:
        async with open_service(settings) as service:
            problems = await service.health.problems()
            counts = await service.chance.aside.counts()
            hints = await service.health.advice()
    except (BotError, FinetuneError, OSError) as error:
        problems = [str(error)]
    yield Finding("Redis", "; ".join(problems), "; ".join(hints))
    if counts:
        kinds = ", ".join(f"{kind}: {number}" for kind, number in sorted(counts.items()))
        advice = "read the log for each id, then `bot aside --retry ID` or `--dismiss ID`"
        yield Finding(f"work put aside ({kinds})", advice)


async def _models(settings: Settings) -> AsyncIterator[Finding]:
    base_url = str(settings.openai_base_url) if settings.openai_base_url else None
    key = _given(settings.openai_api_key)
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
    except openai.APIConnectionError:
        return Finding("models", f"{variable}={model}: {client.base_url} was not reached")
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


async def _admin_channel(settings: Settings) -> AsyncIterator[Finding]:
    """Whether the bot may write there."""
    channel = settings.admin_channel
    name = f"admin channel ({channel})"
    try:
        found = (await _client(settings).conversations_info(channel=channel))["channel"]
    except TROUBLE as error:
        said = _trouble(settings, error, f"ADMIN_CHANNEL={channel}")
        yield Finding(name, f"{said}; copy the channel's ID, and invite the bot to it")
        return
    advice = "invite the bot to ADMIN_CHANNEL: /invite there"
    yield Finding(name, "" if found.get("is_member") or found.get("is_im") else advice)


def _trouble(settings: Settings, error: Exception, what: str) -> str:
    """Slack's own word, where it gave one; behind a colon a token's name would have it masked."""
    if isinstance(error, SlackApiError):
        return f"{what} (Slack says {error.response.get('error')})"
    return f"{settings.slack_base_url} was not reached ({type(error).__name__})"
