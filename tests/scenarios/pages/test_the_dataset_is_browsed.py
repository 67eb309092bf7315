"""The dataset over HTTP: what matches is listed; nobody else's is; how far the search has come."""

import asyncio

import pytest

from finetune import Example, Progress
from tests.factories import ASKER, CURATOR, TEAM
from tests.scenarios.pages.conftest import House, sign_in

pytestmark = pytest.mark.anyio


async def test_what_came_in_a_moment_ago_is_found(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        empty = await browser.get("/curate/dataset")
        assert "Nothing here yet." in empty.text
        await house.wait_for_a_curator(3)
        page = await browser.get("/curate/dataset", params={"text": '"number 2"'})
        assert "How many days, number 2?" in page.text
        assert "number 1?" not in page.text
        await house.dataset.approve("example-2", CURATOR)
        page = await browser.get("/curate/dataset?status=pending")
        assert "number 1?" in page.text
        assert "number 2?" not in page.text


async def test_one_example_is_shown_with_who_taught_and_decided(house: House) -> None:
    await house.wait_for_a_curator(2)
    async with house.browser() as browser:
        await sign_in(browser)
        await house.dataset.reject("example-1", CURATOR, "Wrong year.")
        page = await browser.get("/curate/dataset/example-1")
        assert page.status_code == 200
        assert "Wrong year." in page.text
        link = f'<a href="/curate/people/{ASKER}"><bdi>aiko</bdi></a>'
        assert f"Correction by {link}" in page.text
        assert 'href="/curate/lineage/examples/example-1"' in page.text
        assert (await browser.get("/curate/dataset/unknown")).status_code == 404


@pytest.mark.parametrize(
    "asked", ["status=odd", "offset=-1", "since=yesterday", "text=" + "x" * 201, "flag=none"]
)
async def test_an_odd_address_is_refused(house: House, asked: str) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        assert (await browser.get(f"/curate/dataset?{asked}")).status_code == 422


async def test_a_day_that_does_not_exist_narrows_nothing(house: House) -> None:
    await house.wait_for_a_curator()
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get("/curate/dataset?since=2026-02-31&text=%25%22_")
        assert page.status_code == 200


async def test_who_may_not_curate_sees_nothing(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser, ASKER)
        assert (await browser.get("/curate/dataset")).status_code == 403


async def test_while_the_search_is_made_the_page_asks_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = house.service.toolkit.workspace(TEAM).search

    async def under_way(within: float = 0.5) -> Progress:
        await asyncio.sleep(0)
        return Progress(40_000, 100_000, ready=False)

    monkeypatch.setattr(search, "ready", under_way)
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get("/curate/dataset")
    assert page.headers["refresh"] == "2"
    assert "40\u202f000 of 100\u202f000 examples" in page.text


async def test_a_vote_leads_to_the_row_that_holds_it(house: House) -> None:
    [row] = await house.wait_for_a_curator()
    twin = Example.model_validate(row.model_dump() | {"example_id": "twin", "votes": ()})
    held = await house.dataset.submit(twin)
    other = {"twin", "example-0"} - {held.example_id}
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get(f"/curate/dataset/{other.pop()}")
    assert page.headers["location"] == f"/curate/dataset/{held.example_id}"
