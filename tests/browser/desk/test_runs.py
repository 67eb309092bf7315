"""The screen Runs in Chromium: how it looks, that it follows a run, that decisions are confirmed."""

import pytest
import redis
from playwright.async_api import expect

from finetune import Run, RunState
from tests.browser.desk.conftest import Desk
from tests.factories import ADMIN, CURATOR
from tests.fakes.desk_browser import ONE_LOOK
from tests.run_values import awaiting, events, failed, keep, promoted, rejected, store_of, training
from tests.toolkit_values import example

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def empty(desk: Desk, valkey_url: str) -> None:
    """No run of the test before; sessions go with them."""
    with redis.Redis.from_url(valkey_url) as client:
        client.flushall()


async def test_the_list_and_runs_in_each_state_look_well_everywhere(desk: Desk) -> None:
    await desk.look({"runs-empty": "/curate/runs"}, ADMIN, ONE_LOOK)
    held = awaiting("run-261118-88aa99bb").model_copy(update={"held_by": CURATOR})
    broken, learning = failed(), training()
    await keep(desk.house, held, promoted(), broken, rejected(), learning)
    paths = {
        "runs": "/curate/runs",
        "run-training": f"/curate/runs/{learning.run_id}",
        "run-awaiting": f"/curate/runs/{held.run_id}?tab=fixed",
    }
    await desk.look(paths, ADMIN)
    await desk.look({"run-failed": f"/curate/runs/{broken.run_id}"}, ADMIN, ONE_LOOK)


async def test_the_start_of_a_run_looks_well_everywhere(desk: Desk) -> None:
    for number in range(14):
        await desk.house.dataset.submit(example(f"e{number}", question=f"Question {number}?"))
    await desk.look({"runs-start": "/curate/runs/start"}, ADMIN)


async def test_a_change_is_seen_without_reloading(desk: Desk) -> None:
    run = training(steps=10)
    await keep(desk.house, run)
    async with desk.opened() as visit:
        page = await visit.get(f"/curate/runs/{run.run_id}")
        await expect(page.locator("#live")).to_contain_text("10 of 120")
        await page.evaluate("window.same = true")
        store = store_of(desk.house)
        now = await store.save(
            (await stored(desk, run.run_id)).model_copy(update={"events": events(70)})
        )
        await expect(page.locator("#live")).to_contain_text("70 of 120")
        ended = awaiting(run.run_id, fixed=3).model_copy(update={"version": now.version})
        await store.save(ended)
        await expect(page.locator("#evaluation")).to_contain_text("Newly broken")
        await expect(page.locator("#heard")).to_have_text("Waits for an admin")
        assert await page.evaluate("window.same")


async def test_an_admin_confirms_in_a_dialog(desk: Desk) -> None:
    run = awaiting()
    await keep(desk.house, run)
    async with desk.opened(ADMIN) as visit:
        page = await visit.get(f"/curate/runs/{run.run_id}")
        await page.get_by_role("link", name="Hold", exact=True).click()
        dialog = page.locator("#dialog")
        await expect(dialog).to_contain_text("keeps waiting")
        await dialog.get_by_text("Back").click()
        await expect(dialog).not_to_be_visible()
        await page.get_by_role("link", name="Reject", exact=True).click()
        await dialog.get_by_role("button", name="Reject").click()
        await expect(page.locator(".note")).to_contain_text("The model before stays")
    assert (await stored(desk, run.run_id)).state is RunState.REJECTED


async def test_an_admin_confirms_without_scripts(desk: Desk) -> None:
    run = awaiting()
    await keep(desk.house, run)
    async with desk.opened(ADMIN, scripts=False) as visit:
        await visit.page.goto(f"{visit.url}/curate/runs/{run.run_id}")
        await visit.page.get_by_role("link", name="Hold", exact=True).click()
        await visit.page.get_by_role("button", name="Hold").click()
        await expect(visit.page.locator("h1 .badge")).to_have_text("On hold")
    assert (await stored(desk, run.run_id)).held_by == ADMIN


async def stored(desk: Desk, run_id: str) -> Run:
    found = await store_of(desk.house).get(run_id)
    assert found is not None
    return found
