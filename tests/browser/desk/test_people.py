"""The screen People in Chromium: everybody, and one person."""

import pytest
from playwright.async_api import expect

from bot.adapters.redis.preferences import RedisPreferences
from finetune import Message, Source, Status
from tests.browser.desk.conftest import Desk
from tests.factories import ADMIN, CURATOR, GUEST, JAPANESE, TEAM
from tests.scenarios.pages.conftest import House
from tests.shelf_values import learnt, taught

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def team(house: House) -> None:
    """Two curators with opinions on the same answers, and one person who opted out."""
    await learnt(house)
    for number in range(100, 114):
        said = (
            Message(role="user", content=f"Frage {number}?"),
            Message(role="assistant", content=f"Antwort {number}."),
        )
        row = taught(
            number,
            messages=said,
            authors=(CURATOR,),
            status=Status.PENDING,
            source=Source.THUMBS_UP,
            rejected=None,
        )
        await house.dataset.submit(row)
        rule = house.dataset.approve if number % 5 else house.dataset.reject
        await rule(row.example_id, ADMIN)
    await RedisPreferences(house.service.toolkit._client).change_person(
        TEAM, GUEST, opted_out=True, opted_out_at=1_794_000_000.0
    )


async def test_everybody_and_one_person_look_well_everywhere(desk: Desk, team: None) -> None:
    await desk.look({"people": "/curate/people", "people-one": f"/curate/people/{CURATOR}"})


async def test_the_table_is_sorted_by_a_click_without_scripts(desk: Desk, team: None) -> None:
    async with desk.opened(scripts=False) as visit:
        await visit.page.goto(f"{visit.url}/curate/people")
        await visit.page.click("thead a >> text=👍")
        heading = visit.page.locator("th[aria-sort]")
        await expect(heading).to_contain_text("👍")
        first = visit.page.locator(".taught tbody a").first
        await expect(first).to_have_attribute("href", f"/curate/people/{CURATOR}")


async def test_a_person_leads_to_their_examples(desk: Desk, team: None) -> None:
    async with desk.opened() as visit:
        page = await visit.get("/curate/people")
        await page.locator(f".taught a[href$={JAPANESE}]").click()
        await expect(page.locator(".theirs li").first).to_be_visible()
