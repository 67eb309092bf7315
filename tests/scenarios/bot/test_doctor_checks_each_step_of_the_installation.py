"""`bot doctor` finds what is missing at each step of the README, and says what to do in one line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.doctor import examine
from bot.manifest import SCOPES
from bot.settings import Settings
from tests.fakes.installed_bot import KEY
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.slack_directory import SlackDirectory, directory

pytestmark = pytest.mark.anyio


@pytest.fixture
async def slack() -> AsyncIterator[SlackDirectory]:
    async with directory() as made:
        made.scopes = ",".join(SCOPES)
        made.socket_url = "ws://127.0.0.1:9/"
        made.company("T0HILL0001", "Hill Bakery", "U0HILLBOSS").tokens.append("xoxb-hill")
        yield made


@pytest.fixture
def values(
    slack: SlackDirectory, models: OpenAIStub, redis_url: str, tmp_path: Path
) -> dict[str, str]:
    return {
        "slack_base_url": slack.url,
        "slack_bot_token": "xoxb-hill",
        "slack_signing_secret": "secret",
        "slack_app_token": "xapp-hill",
        "openai_base_url": models.url,
        "openai_api_key": "key",
        "chat_model": "base",
        "base_model": "tuned",
        "fallback_model": "spare",
        "admins": "U0HILLBOSS",
        "redis_url": redis_url,
        "data_dir": str(tmp_path),
    }


async def advice(values: dict[str, str], **changes: str) -> dict[str, str]:
    """What is said of each thing that is not well."""
    settings = Settings.model_validate(values | changes)
    return {found.name: found.advice async for found in examine(settings) if found.advice}


async def test_nothing_to_say_where_all_is_well(values: dict[str, str]) -> None:
    assert await advice(values) == {}


async def test_a_token_that_slack_does_not_know(values: dict[str, str]) -> None:
    assert "invalid_auth" in (await advice(values, slack_bot_token="xoxb-old"))["Slack"]


async def test_scopes_that_were_not_granted(values: dict[str, str], slack: SlackDirectory) -> None:
    slack.scopes = "chat:write,commands"
    said = (await advice(values))["scopes"]
    assert "app_mentions:read" in said
    assert "chat:write," not in said
    assert "reinstall" in said


async def test_an_app_token_that_opens_no_connection(
    values: dict[str, str], slack: SlackDirectory
) -> None:
    slack.socket_url = ""
    assert "connections:write" in (await advice(values))["Socket Mode"]


@pytest.mark.parametrize("variable", ["CHAT_MODEL", "BASE_MODEL", "FALLBACK_MODEL"])
async def test_a_model_that_the_provider_does_not_have(
    values: dict[str, str], models: OpenAIStub, variable: str
) -> None:
    models.unknown_models.add("no-such")
    assert (
        f"{variable}=no-such" in (await advice(values, **{variable.lower(): "no-such"}))["models"]
    )


async def test_an_admin_who_is_nobody(values: dict[str, str], slack: SlackDirectory) -> None:
    slack.refuse["users.info"] = "user_not_found"
    assert "U0HILLBOSS is nobody here" in (await advice(values))["admins"]


async def test_an_example_left_in_place_counts_as_not_set(values: dict[str, str]) -> None:
    left = dict.fromkeys(
        ("slack_bot_token", "slack_app_token", "slack_signing_secret", "openai_api_key"), "xoxb-…"
    )
    said = await advice(values, **left)
    assert "set SLACK_BOT_TOKEN" in said["Slack"]
    assert "set SLACK_APP_TOKEN" in said["Socket Mode"]
    assert "set SLACK_SIGNING_SECRET" in said["signing secret"]
    assert "set OPENAI_API_KEY" in said["models"]


async def test_what_breaks_one_step_does_not_hide_the_others(
    values: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("bot.doctor.openai.AsyncOpenAI", broken)
    said = await advice(values, admins="")
    assert "RuntimeError" in said["models"]
    assert "set ADMINS" in said["admins"]


async def test_a_network_that_leads_nowhere_is_told_from_a_refusal(values: dict[str, str]) -> None:
    away = {"slack_base_url": "http://127.0.0.1:9/api/", "openai_base_url": "http://127.0.0.1:9/v1"}
    said = await advice(values, **away)
    assert "was not reached" in said["Slack"]
    assert "was not reached" in said["Socket Mode"]
    assert "was not reached" in said["models"]


async def test_a_channel_of_the_admins_that_the_bot_is_not_in(
    values: dict[str, str], slack: SlackDirectory
) -> None:
    name = "admin channel (C0MANAGERS)"
    assert "invite" in (await advice(values, admin_channel="C0MANAGERS"))[name]
    slack.refuse["conversations.info"] = "channel_not_found"
    assert "channel_not_found" in (await advice(values, admin_channel="C0MANAGERS"))[name]


async def test_a_public_address_that_does_not_lead_here(values: dict[str, str]) -> None:
    said = await advice(values, public_url="http://127.0.0.1:9")
    assert "not reached" in said["public address (http://127.0.0.1:9)"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "PUBLIC_URL"),
        ({"slack_client_secret": ""}, "SLACK_CLIENT_SECRET"),
        ({"public_url": "https://127.0.0.1:9"}, "ENCRYPTION_KEY"),
        ({"public_url": "https://127.0.0.1:9", "encryption_key": KEY}, None),
    ],
)
async def test_what_many_workspaces_need(
    values: dict[str, str], changes: dict[str, str], expected: str | None
) -> None:
    oauth = {"slack_client_id": "1.2", "slack_client_secret": "s"}
    said = (await advice(values | oauth, **changes)).get("OAuth")
    assert (said is None) if expected is None else (expected in str(said))
