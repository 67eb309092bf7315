"""The pages for installers: what an address may carry, headers, and a database that is away."""

import base64
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from redis.exceptions import ConnectionError as RedisAway

from bot.adapters.redis import RedisInstallations
from tests.fakes.installed_bot import InstalledBot, installed_bot
from tests.fakes.openai_stub import serving
from tests.fakes.slack_directory import directory

pytestmark = pytest.mark.anyio
INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
ODD = [
    "%0d%0aSet-Cookie:%20a=b",
    "%E2%82%AC",
    "T1%26redirect_uri=https://evil.example.com",
    "T" * 30,
    "%00",
    "",
]


@pytest.fixture
async def bot(redis_url: str, tmp_path: Path) -> AsyncIterator[InstalledBot]:
    async with (
        directory() as slack,
        serving() as models,
        installed_bot(slack, models, redis_url, tmp_path) as made,
    ):
        yield made


def declared(bot: InstalledBot, answer: httpx.Response) -> None:
    """By the OpenAPI document."""
    known = bot.service.app.openapi()["paths"][answer.url.path]["get"]["responses"]
    assert str(answer.status_code) in known


async def test_only_an_id_is_led_on(bot: InstalledBot) -> None:
    for team in ODD:
        for asked in (f"team={team}", f"team=T0HILL0001&team={team}"):
            answer = await bot.http.get(f"{INSTALL}?{asked}")
            assert answer.status_code == 302
            declared(bot, answer)
            query = parse_qs(urlsplit(answer.headers["location"]).query)
            assert len(query["redirect_uri"]) == 1
            assert set(query.get("team", ["T0HILL0001"])) == {"T0HILL0001"}
    led = (await bot.http.get(f"{INSTALL}?team=T0HILL0001")).headers["location"]
    assert parse_qs(urlsplit(led).query)["team"] == ["T0HILL0001"]


@pytest.mark.parametrize("query", ["?error=%3Cscript%3E", "?code=x", "?state=%E2%82%AC", ""])
async def test_the_pages_are_guarded_and_keep_their_style(bot: InstalledBot, query: str) -> None:
    page = await bot.http.get(f"{BACK}{query}")
    declared(bot, page)
    begun = await bot.http.get(INSTALL)
    for answer in (page, begun):
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "unsafe" not in answer.headers["content-security-policy"]
    [style] = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    made = base64.b64encode(sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{made}';" in page.headers["content-security-policy"]


async def test_a_database_that_is_away_is_said(
    bot: InstalledBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, cookie = await bot.begin()

    async def away(*_: object) -> None:
        raise RedisAway("redis://user:pass@secret-host")

    monkeypatch.setattr(RedisInstallations, "issue", away)
    monkeypatch.setattr(RedisInstallations, "consume", away)
    for answer in (await bot.http.get(INSTALL), await bot.come_back(state, cookie, "code")):
        assert answer.status_code == 503
        declared(bot, answer)
        assert answer.headers["retry-after"] == "60"
        assert "secret" not in answer.text
