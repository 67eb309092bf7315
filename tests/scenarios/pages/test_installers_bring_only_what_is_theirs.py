"""The pages for installers: what an address may carry, headers, and a database that is away."""

import base64
import random
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

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

PIECES = [
    *("T0HILL0001", "E1", "&redirect_uri=https://evil.example.com", "\r\nset-by: us", "\0"),
    *("\u20ac", "\ud7ff", "%0d%0a", "%", "<script>", "'\"", "=", "x" * 400, ""),
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


async def test_whatever_an_address_carries_is_answered_as_declared(bot: InstalledBot) -> None:
    chance = random.Random(5)
    for _ in range(30):
        names = chance.sample(["team", "state", "code", "error", "redirect_uri", "\u20ac"], 3)
        asked = [(name, "".join(chance.choices(PIECES, k=4))) for name in names * 2]
        cookie = f"slack-app-oauth-state={dict(asked).get('state', '')}"
        cookie = re.sub(r"[\x00-\x1f]", "", cookie)  # which no browser sends
        for path in (INSTALL, BACK):
            answer = await bot.http.get(
                f"{path}?{urlencode(asked)}", headers={"Cookie": cookie.encode()}
            )
            assert answer.status_code < 500
            declared(bot, answer)
            assert all(word not in str(answer.headers) for word in ("evil", "set-by"))


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
