"""The screen Snapshots in Chromium: a list, one of them, what changed between two."""

import pytest
from playwright.async_api import expect

from tests.browser.desk.conftest import Desk
from tests.scenarios.pages.conftest import House
from tests.shelf_values import learnt

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def shelf(house: House) -> list[str]:
    """Ids of the snapshots that the house has."""
    ids = await learnt(house)
    house.service.toolkit.snapshots.mark_stale(ids[2], "asked for")
    return ids


async def test_the_list_one_and_what_changed_look_well_everywhere(
    desk: Desk, shelf: list[str]
) -> None:
    async with desk.opened() as visit:  # its check is done once, for all looks
        page = await visit.get(f"/curate/snapshots/{shelf[1]}")
        await expect(page.locator("#check dl")).to_be_visible()
    compared = f"/curate/snapshots/compare?one={shelf[0]}&other={shelf[1]}&kind=changed"
    paths = {
        "snapshots": "/curate/snapshots",
        "snapshots-one": f"/curate/snapshots/{shelf[1]}",
        "snapshots-changes": compared,
    }
    await desk.look(paths)


async def test_two_are_chosen_and_compared_without_scripts(desk: Desk, shelf: list[str]) -> None:
    async with desk.opened(scripts=False) as visit:
        await visit.page.goto(f"{visit.url}/curate/snapshots")
        await visit.page.select_option("#one", shelf[0])
        await visit.page.select_option("#other", shelf[1])
        await visit.page.click(".choose button")
        await visit.page.locator(".tabs a", has_text="Added").click()
        await expect(visit.page.locator(".rows ins").first).to_be_visible()


async def test_a_file_is_downloaded_with_a_click(desk: Desk, shelf: list[str]) -> None:
    async with desk.opened() as visit:
        page = await visit.get(f"/curate/snapshots/{shelf[0]}")
        async with page.expect_download() as download:
            await page.click("a[download] >> text=train.jsonl")
        assert (await download.value).suggested_filename == f"{shelf[0]}-train.jsonl"
