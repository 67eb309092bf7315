"""A power cut within the same second is worth a hint; what loses more than that is a problem."""

from pathlib import Path

import pytest

from bot.doctor import Finding, examine
from bot.settings import Settings
from tests.scenarios.outages.database import Database

pytestmark = pytest.mark.anyio


async def redis_finding(database: Database, home: Path) -> Finding:
    settings = Settings.model_validate(
        {
            "redis_url": database.url,
            "data_dir": str(home),
            "slack_bot_token": "xoxb-1",
            "slack_signing_secret": "secret",
            "slack_base_url": "http://127.0.0.1:9/api/",
            "openai_api_key": "",
        }
    )
    findings = {each.name: each async for each in examine(settings)}
    return findings["Redis"]


async def test_a_log_that_is_synced_once_a_second_is_a_hint_and_no_failure(
    database: Database, tmp_path: Path
) -> None:
    assert await redis_finding(database, tmp_path) == Finding("Redis", "")
    database.tell("CONFIG", "SET", "appendfsync", "everysec")
    found = await redis_finding(database, tmp_path)
    assert found.advice == ""
    assert "a power cut can lose the last second" in found.hint


@pytest.mark.parametrize(
    ("setting", "value", "word"),
    [("appendonly", "no", "append-only"), ("maxmemory-policy", "allkeys-lru", "evict")],
)
async def test_what_loses_more_is_a_problem(
    setting: str, value: str, word: str, database: Database, tmp_path: Path
) -> None:
    database.tell("CONFIG", "SET", setting, value)
    assert word in (await redis_finding(database, tmp_path)).advice
