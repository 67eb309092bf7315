"""`bot doctor`: try every service the bot needs, and say what to do about each that fails."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import openai
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import open_service
from bot.settings import Settings
from finetune import FinetuneError


class Finding(NamedTuple):
    """One thing that was tried. `advice` is empty when it is well."""

    name: str
    advice: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Yield a finding for each service, in the order somebody installing the bot meets them."""
    yield await _slack(settings)
    secret = settings.slack_signing_secret.get_secret_value()
    yield Finding(
        "signing secret",
        "" if secret else "set SLACK_SIGNING_SECRET (your app's Basic Information page)",
    )
    yield await _redis(settings)
    yield await _models(settings)
    yield Finding("admins", "" if settings.admins else "set ADMINS, or nobody can use /retrain")


async def _slack(settings: Settings) -> Finding:
    token = settings.slack_bot_token.get_secret_value()
    if not token:
        return Finding("Slack", "set SLACK_BOT_TOKEN (your app's OAuth & Permissions page)")
    try:
        me = await AsyncWebClient(token=token, base_url=settings.slack_base_url).auth_test()
    except (SlackClientError, OSError) as error:
        return Finding("Slack", f"Slack does not accept SLACK_BOT_TOKEN: {error}")
    return Finding(f"Slack ({me['team']} as {me['user']})", "")


async def _redis(settings: Settings) -> Finding:
    try:
        async with open_service(settings) as service:
            return Finding("Redis", "; ".join(await service.health.problems()))
    except (FinetuneError, OSError) as error:
        return Finding("Redis", str(error))


async def _models(settings: Settings) -> Finding:
    base_url = str(settings.openai_base_url) if settings.openai_base_url else None
    key = settings.openai_api_key.get_secret_value()
    if not key:
        return Finding("models", "set OPENAI_API_KEY (and OPENAI_BASE_URL for another provider)")
    try:
        async with openai.AsyncOpenAI(api_key=key, base_url=base_url, max_retries=0) as client:
            await client.models.retrieve(settings.chat_model)
    except openai.OpenAIError as error:
        return Finding("models", f"CHAT_MODEL={settings.chat_model}: {error}")
    return Finding(f"models ({settings.chat_model})", "")
