"""The dataset's screen in Chromium: searched while one types, filtered, leafed through, read alone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from finetune import Message, Source, Status
from tests.browser.desk.conftest import Desk
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, JAPANESE
from tests.fakes.desk_browser import LOOKS, ONE_LOOK
from tests.scenarios.pages.conftest import House, waiting

pytestmark = pytest.mark.anyio
NOW = 1_763_700_000.0
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
TOLD = (
    ("How many days of leave do I get?", "You get 25 days.", "20 days.", ASKER),
    (
        "有給休暇は年に何日ありますか。",
        "年に25日です。繰り越しは10日までです。",
        "20日です。",
        JAPANESE,
    ),
    (
        "How do I deploy? 🚀",
        "Run this:\n```sh\nmake check\nmake deploy\n```\nThen watch it.",
        "No.",
        ADMIN,
    ),
    (LONG + "?", "It is a company. " * 30, None, ASKER),
    (
        "Who orders paper?",
        "Ask \u200bthe office: https://office.example.com/paper",
        "Nobody.",
        JAPANESE,
    ),
    ("How many days of leave would I get?", "25 days.", None, CURATOR),
)


@pytest.fixture(scope="module", autouse=True)
async def filled(house: House) -> AsyncIterator[None]:
    for n in range(40):
        question, answer, rejected, author = TOLD[n % len(TOLD)]
        more = f" ({n})" if n >= len(TOLD) else ""
        await house.dataset.submit(
            waiting(
                n,
                messages=(
                    Message(role="system", content="Be brief."),
                    Message(role="user", content=question + more),
                    Message(role="assistant", content=answer + more),
                ),
                rejected=rejected,
                source=Source.CORRECTION if rejected else Source.THUMBS_UP,
                status=Status.APPROVED if n % 3 else Status.PENDING,
                authors=(author,),
                thread=f"{CHANNEL}:{n}.0",
                reply_id=f"reply-{n}",
                note="Please look at the number." if n == 0 else None,
                created_at=NOW - n * 90_000,
                updated_at=NOW - n * 90_000,
            )
        )
    await house.dataset.approve("example-0", CURATOR)
    yield


async def test_the_list_and_one_example_look_well_everywhere(desk: Desk) -> None:
    await desk.look(
        {"dataset-list": "/curate/dataset", "dataset-example": "/curate/dataset/example-0"}
    )


async def test_filters_and_no_hit_look_well(desk: Desk) -> None:
    path = "/curate/dataset?text=zebra&source=correction"
    await desk.look({"dataset-none": path}, looks=ONE_LOOK)


async def test_it_searches_while_one_types_and_the_back_button_leads_back(desk: Desk) -> None:
    async with desk.opened() as visit:
        page = await visit.get("/curate/dataset")
        await page.locator("#text").press_sequentially("有給")
        await expect(page.locator(".rows tbody tr")).to_have_count(7)
        await expect(page.locator("#text")).to_be_focused()
        assert "text=%E6%9C%89%E7%B5%A6" in page.url
        await page.go_back()
        await expect(page.locator(".rows tbody tr")).to_have_count(25)


async def test_choosing_filters_narrows_and_can_be_shared(desk: Desk) -> None:
    async with desk.opened() as visit:
        page = await visit.get("/curate/dataset")
        await page.locator(".filters summary").click()
        await page.locator("#source").select_option("thumbs_up")
        await expect(page.locator(".rows tbody tr")).to_have_count(13)
        shared = page.url
        await page.goto(shared)
        await expect(page.locator(".rows tbody tr")).to_have_count(13)
        await expect(page.locator("#source")).to_have_value("thumbs_up")
        export = await page.locator(".acts a[href*=export]").get_attribute("href")
        assert export == "/curate/dataset/export?status=&source=thumbs_up"


async def test_it_is_searched_and_leafed_through_without_scripts(desk: Desk) -> None:
    async with desk.opened(look=LOOKS[0], scripts=False) as visit:
        page = visit.page
        await page.goto(f"{visit.url}/curate/dataset")
        await page.locator("a[rel=next]").click()
        await expect(page.locator(".rows tbody tr")).to_have_count(15)
        await page.locator("#text").fill("paper")
        await page.locator(".box button").click()
        await expect(page.locator(".rows tbody tr")).to_have_count(6)
        await page.locator(".rows tbody a").first.click()
        await expect(page.locator(".talk")).to_be_visible()
