"""A public page says how the bot learns; the line under a reply leads there."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from bot.slack.blocks.reply import context_line
from bot.texts import EN
from bot.texts.learn import EN as ENGLISH
from bot.texts.learn import JA as JAPANESE
from bot.web.learn import mount_learn
from bot.web.refusals import install
from tests.factories import ASKER, reply
from tests.scenarios.bot.conftest import Office

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    """Of somebody who knows nothing but the address."""
    app = FastAPI()
    install(app, https=False, sign_in=False)
    mount_learn(app)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as made:
        yield made


@pytest.mark.parametrize(
    ("wanted", "title"),
    [
        ("", ENGLISH.title),
        ("ja", JAPANESE.title),
        ("ja-JP,ja;q=0.9,en;q=0.8", JAPANESE.title),
        ("fr, en;q=0.8, ja;q=0.5", ENGLISH.title),
        ("fr", ENGLISH.title),
        ("ja;q=0, en;q=0.1", ENGLISH.title),
        ("ja;q=none", ENGLISH.title),
    ],
)
async def test_it_speaks_the_browsers_language(
    browser: httpx.AsyncClient, wanted: str, title: str
) -> None:
    page = await browser.get("/learn", headers={"Accept-Language": wanted})
    assert page.status_code == 200
    assert f"<h1>{title}</h1>" in page.text
    assert page.headers["Vary"] == "Accept-Language"


async def test_it_runs_no_script_and_its_style_is_there(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/learn")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in page.text
    assert (await browser.get("/learn/static/pages.css")).status_code == 200


async def test_the_bot_serves_it(office: Office) -> None:
    await office.people.answer(await office.people.ask(ASKER, "@apprentice hello?"))
    async with httpx.AsyncClient(base_url=office.bot_url) as browser:
        assert ENGLISH.title in (await browser.get("/learn")).text


def test_the_line_under_a_reply_links_to_it_where_people_can_reach_it() -> None:
    line = context_line(reply(), EN.chat, kept=True, learn_url="https://bot.example.com/learn")
    assert line == "handbook-base · <https://bot.example.com/learn|How it learns>"
