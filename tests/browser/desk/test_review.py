"""The screen Review in Chromium: by keyboard, by two curators at once, and how it looks."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from finetune import Status
from finetune.adapters.redis import connect
from tests.browser.desk.conftest import Desk
from tests.browser.desk.review_seed import fill, votes
from tests.factories import ADMIN, CURATOR
from tests.fakes.chromium import PICTURES
from tests.fakes.desk_browser import LOOKS, WIDE, Look, accessible, fits
from tests.scenarios.pages.conftest import House

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


@pytest.fixture(scope="module", autouse=True)
async def queue(house: House, valkey_url: str) -> AsyncIterator[None]:
    """One queue for all tests of this file; each works on examples of its own."""
    await fill(house)
    redis = connect(valkey_url)
    await votes(redis)
    yield
    await redis.aclose()


async def status_of(desk: Desk, example_id: str) -> Status:
    row = await desk.house.dataset.get(example_id)
    assert row is not None
    return row.status


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_it_looks_well_everywhere(desk: Desk, look: Look) -> None:
    """One sitting for each look; of what is marked up alike axe reads one."""
    async with desk.opened(look=look) as visit:
        for path, name, read in (
            ("/curate/review", "list", True),
            ("/curate/review/refund", "correction", False),
            ("/curate/review/leave", "japanese", False),
            ("/curate/review/long", "long", False),
            ("/curate/review/ovens", "flagged", True),
        ):
            await kept(await visit.get(path), f"review-{name}-{look}", read=read)
        page = visit.page
        await page.keyboard.press("e")
        await kept(page, f"review-edit-{look}", read=look.width == WIDE)
        await page.keyboard.press("Escape")
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await kept(page, f"review-keys-{look}", read=look.width == WIDE)
        example_id = f"opening-{8 + LOOKS.index(look)}"
        await visit.get(f"/curate/review/{example_id}")
        await desk.house.dataset.reject(example_id, ADMIN, "Wrong since the new opening hours.")
        await page.keyboard.press("a")
        await expect(page.locator(".overtaken")).to_be_visible()
        await kept(page, f"review-overtaken-{look}", read=True)
        visit.complaints.clear()  # the browser notes a 409


async def test_everything_is_done_by_keyboard(desk: Desk) -> None:
    """One sitting: next, previous, approve, undo, reject with a reason, edit, help."""
    async with desk.opened() as visit:
        page = await visit.get("/curate/review/opening-0")
        keyboard, asked = page.keyboard, page.locator(".message.user").last
        await keyboard.press("j")
        await expect(asked).to_contain_text("number 1 open")
        await keyboard.press("k")
        await expect(asked).to_contain_text("number 0 open")

        waiting = int(await page.locator("#waiting").inner_text())
        await keyboard.press("a")
        await expect(page.locator(".told")).to_contain_text("Approved.")
        await expect(asked).to_contain_text("number 1 open")
        await expect(page.locator("#waiting")).to_have_text(str(waiting - 1))
        assert page.url.endswith("/curate/review/opening-1?done=approved&of=opening-0")
        await keyboard.press("u")
        await expect(asked).to_contain_text("number 0 open")
        await expect(page.locator("#waiting")).to_have_text(str(waiting))

        await keyboard.press("r")
        await expect(page.get_by_label("Reason (optional)")).to_be_focused()
        await keyboard.type("ajar")  # letters that are shortcuts elsewhere
        await keyboard.press("Escape")
        await expect(page.get_by_label("Reason (optional)")).to_be_hidden()
        await keyboard.press("r")
        await expect(page.get_by_label("Reason (optional)")).to_be_focused()
        await keyboard.press("Enter")
        await expect(page.locator(".told")).to_contain_text("Rejected.")
        ruled = await desk.house.dataset.get("opening-0")
        assert ruled is not None
        assert ruled.ruling is not None
        assert ruled.ruling.reason == "ajar"

        await expect(asked).to_contain_text("number 1 open")
        await keyboard.press("e")
        await expect(page.get_by_label("The reply to learn instead")).to_be_focused()
        await keyboard.press("Control+a")
        await keyboard.type("At noon,\nnot before.")
        await keyboard.press("Control+Enter")
        await expect(page.locator(".told")).to_contain_text("Saved in your words")
        taught = await desk.house.dataset.get("opening-1-edited")
        assert taught is not None
        assert taught.answer == "At noon,\nnot before."

        await keyboard.press("?")
        await expect(page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
        await keyboard.press("a")  # rests while the dialog is open
        await keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await keyboard.press("Control+j")
        await expect(asked).to_contain_text("number 2 open")
    assert await status_of(desk, "opening-2") is Status.PENDING


async def test_the_list_is_worked_through_by_keyboard(desk: Desk) -> None:
    async with desk.opened() as visit:
        page = await visit.get("/curate/review?source=thumbs_up")
        await page.keyboard.press("j")
        await page.keyboard.press("x")
        await expect(page.locator("[data-count]")).to_have_text("1")
        await page.keyboard.press("a")
        await expect(page.locator(".told")).to_contain_text("Approved: 1.")
        assert await status_of(desk, "thanks") is Status.APPROVED
        await page.keyboard.press("u")
        await expect(page.locator(".note")).to_contain_text("Undone: 1.")
        assert await status_of(desk, "thanks") is Status.PENDING
        await page.keyboard.press("j")
        await page.keyboard.press("Enter")
        await expect(page.locator(".message.user")).to_contain_text("thanks!!")


async def test_of_two_curators_the_second_is_told_and_loses_nothing(desk: Desk) -> None:
    async with desk.opened(CURATOR) as one, desk.opened(ADMIN) as other:
        mine, theirs = [await each.get("/curate/review/opening-5") for each in (one, other)]
        await theirs.keyboard.press("a")
        await expect(theirs.locator(".told")).to_contain_text("Approved.")
        await mine.keyboard.press("e")
        await mine.keyboard.press("Control+a")
        await mine.keyboard.type("At dawn.")
        one.complaints.clear()
        await mine.keyboard.press("Control+Enter")
        await expect(mine.get_by_role("heading", level=1)).to_have_text("Somebody was faster")
        await expect(mine.locator("main")).to_contain_text("chie approved it")
        await expect(mine.get_by_label("What you typed")).to_have_value("At dawn.")
        assert mine.url.endswith("/curate/review/opening-5")
        await mine.keyboard.press("j")
        await expect(mine.locator(".message.user")).to_contain_text("number 7 open")  # chie has 6
        one.complaints.clear()  # the 409 is told to the console, too
    row = await desk.house.dataset.get("opening-5")
    assert row is not None
    assert row.ruling is not None
    assert row.ruling.by == ADMIN


async def test_what_is_typed_outlives_a_session(desk: Desk) -> None:
    """A refusal is told above the screen; the text stays where it is."""
    async with desk.opened() as visit:
        page = await visit.get("/curate/review/opening-4")
        await page.keyboard.press("e")
        await page.keyboard.press("Control+a")
        await page.keyboard.type("At tea time.")
        await visit.context.clear_cookies()
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#messages")).to_contain_text("Review what the bot learns")
        await expect(page.locator("#messages").get_by_role("link")).to_be_visible()
        await expect(page.get_by_label("The reply to learn instead")).to_have_value("At tea time.")
        visit.complaints.clear()  # the browser notes a 403
    assert await status_of(desk, "opening-4") is Status.PENDING


async def test_an_example_is_decided_without_scripts(desk: Desk) -> None:
    async with desk.opened(scripts=False) as visit:
        page = visit.page
        await page.goto(f"{visit.url}/curate/review/opening-7")
        await page.get_by_text("Reject", exact=False).first.click()
        await page.get_by_label("Reason (optional)").fill("Closed")
        await page.get_by_role("button", name="Reject it").click()
        await expect(page.locator(".told")).to_contain_text("Rejected.")
        await page.get_by_role("button", name="Undo").click()
        await expect(page.locator(".message.user")).to_contain_text("number 7 open")
    assert await status_of(desk, "opening-7") is Status.PENDING


async def kept(page: Page, name: str, *, read: bool) -> None:
    """A picture, and whether it fits; `read`: and whether axe finds anything serious."""
    path = PICTURES / "desk" / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=path, full_page=True)
    await fits(page)
    if read:
        await accessible(page)
