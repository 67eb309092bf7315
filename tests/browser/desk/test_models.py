"""The screen Models in Chromium, and the way from a reply to what taught its model and back."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect
from redis.asyncio import Redis

from tests.browser.desk.conftest import Desk
from tests.factories import ADMIN, TEAM
from tests.fakes.desk_browser import accessible
from tests.model_values import LESSONS, SECOND, Team, seed
from tests.scenarios.pages.conftest import House

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def team(house: House, valkey_url: str) -> AsyncIterator[Team]:
    async with Redis.from_url(valkey_url, decode_responses=True) as redis:
        yield await seed(redis, house.service.toolkit.workspace(TEAM))


async def test_an_empty_screen_says_what_comes_next(desk: Desk) -> None:
    async with desk.opened() as visit:
        page = await visit.get("/curate/models")
        await expect(page.locator("#main")).to_contain_text("No model has been promoted yet")
        await expect(page.locator("#main")).to_contain_text("Nobody has asked anything yet")
        await accessible(page)


async def test_models_one_of_them_and_a_lineage_look_well_everywhere(
    desk: Desk, team: Team
) -> None:
    paths = {
        "models": "/curate/models",
        "model": f"/curate/models/{SECOND}",
        "lineage": f"/curate/lineage/{team.voted.reply_id}",
    }
    await desk.look(paths, ADMIN)


async def test_one_walks_from_a_reply_to_an_example_and_back_without_scripts(
    desk: Desk, team: Team
) -> None:
    async with desk.opened(scripts=False) as visit:
        page = visit.page
        await page.goto(f"{visit.url}/curate/models")
        link = f"https://hoshi.slack.com/archives/C0GENERAL1/p{_posted(team)}"
        await page.get_by_label("Link to a reply").fill(link)
        await page.get_by_role("button", name="Trace").click()
        await expect(page.locator("ol.chain")).to_contain_text(LESSONS[2][0])
        await page.locator(".near").get_by_role("link", name="Example").first.click()
        await expect(page.locator("ol.chain")).to_contain_text(SECOND)
        await page.locator("ol.chain").get_by_role("link", name=SECOND).click()
        await expect(page.locator("h1")).to_have_text(SECOND)


def _posted(team: Team) -> str:
    """The message that shows the reply, two seconds after the question."""
    ts = team.voted.turn_id.rpartition(":")[2]
    seconds, _, rest = ts.partition(".")
    return f"{int(seconds) + 2}{rest}"
