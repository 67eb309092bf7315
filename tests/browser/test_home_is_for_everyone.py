"""App Home: one's own corrections and data for everyone, the review queue for curators."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import acts
from tests.browser import bakery as known
from tests.browser.conftest import Bakery
from tests.factories import ADMIN, ASKER, CURATOR
from tests.fakes.workplace import until

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
WAITING = (
    (known.LEAVE, known.NEW_LEAVE, "outdated", "See the new contract, page 4"),
    (known.BREAKDOWN, known.NEW_CALL, "wrong", "Kenji has left, Sora took over"),
    (known.DISCOUNT, known.NEW_DISCOUNT, "outdated", ""),
    (known.SICK, f"{known.SICK_ANSWER} The form hangs at the time clock.", "other", ""),
)


async def waiting(bakery: Bakery, number: int) -> None:
    """So many corrections by Aiko, which a curator has to look at."""
    people = bakery.people
    for count, (question, answer, reason, note) in enumerate(WAITING[:number], 1):
        ts = await people.ask(ASKER, f"@apprentice {question}", channel=known.HANDBOOK)
        said = await people.answer(ts, channel=known.HANDBOOK)
        await people.click(ASKER, {**said, "channel": known.HANDBOOK}, "feedback", "down")
        filled = {"correction": answer, "reason": reason, "note": note}
        await people.submit(ASKER, await people.view(ASKER), **filled)

        async def pending(count: int = count) -> bool:
            return len(await bakery.workspace.dataset.pending()) == count

        await until(f"correction {count} to wait", pending)


def queue(home: Locator) -> Locator:
    return home.get_by_role("button", name="Approve")


async def test_a_curator_works_through_the_queue(bakery: Bakery) -> None:
    """Approve, edit, reject, and the next page; each says what was done."""
    await waiting(bakery, 4)
    async with bakery.opened(CURATOR) as page:
        home = await acts.open_home(page)
        await expect(home.get_by_role("heading", name="Review queue")).to_be_visible()
        await expect(home).to_contain_text("1 to 3 of 4, oldest first")
        await acts.take(page, "review-queue")
        await home.get_by_role("button", name="Next").click()
        await expect(home).to_contain_text("4 to 4 of 4")
        await home.get_by_role("button", name="Previous").click()
        await expect(queue(home)).to_have_count(3)
        await queue(home).first.click()
        await expect(home).to_contain_text("Approved: the next retraining learns it.")
        await home.get_by_role("button", name="Edit…").first.click()
        form = acts.dialog(page, "Edit and approve")
        await form.get_by_role("textbox").fill(f"{known.NEW_CALL} At night, call the front desk.")
        await acts.take(page, "review-edit")
        await form.get_by_role("button", name="Approve").click()
        await expect(home).to_contain_text("Approved in your words")
        await home.get_by_role("button", name="Reject").first.click()
        await expect(home).to_contain_text("Rejected: it will not be learnt.")
        await queue(home).click()
        await expect(home).to_contain_text("Nothing waits for a decision.")
    approved = {example.answer for example in await bakery.workspace.dataset.approved()}
    assert approved == {
        known.NEW_LEAVE,
        f"{known.NEW_CALL} At night, call the front desk.",
        WAITING[3][1],
    }


async def test_everyone_sees_what_became_of_their_corrections(bakery: Bakery) -> None:
    """Pending, approved, not taken; and no queue, which is the curators'."""
    await waiting(bakery, 3)
    dataset = bakery.workspace.dataset
    first, second, _ = await dataset.pending()
    await dataset.approve(first.example_id, CURATOR)
    await dataset.reject(second.example_id, CURATOR, "Sora is on leave; a new name comes next week")
    async with bakery.opened(ASKER) as page:
        home = await acts.open_home(page)
        await expect(home).to_contain_text("Approved: the next retraining learns it.")
        await expect(home).to_contain_text("Not taken: Sora is on leave")
        await expect(home).to_contain_text("Pending: a curator will decide.")
        await expect(home.get_by_role("heading", name="Review queue")).to_have_count(0)
        await acts.take(page, "app-home")


async def test_an_admin_sees_how_the_workspace_stands(bakery: Bakery) -> None:
    """Champion, dataset, schedule, health, runs, channels."""
    await bakery.channel(show_corrections=True, model="handbook-2026-10")
    await waiting(bakery, 1)
    async with bakery.opened(ADMIN) as page:
        home = await acts.open_home(page)
        await expect(home.get_by_role("heading", name="For admins")).to_be_visible()
        await expect(home).to_contain_text("0 approved · 1 waiting")
        await expect(home).to_contain_text("everything answers")


async def test_who_opts_out_is_asked_first_and_forgotten_then(bakery: Bakery, page: Page) -> None:
    """The dangerous button asks; afterwards nothing is kept, and an answer says so."""
    await waiting(bakery, 1)
    home = await acts.open_home(page)
    await home.get_by_role("button", name="Opt out and remove my data").click()
    sure = page.get_by_role("alertdialog")
    await acts.take(page, "opt-out")
    await sure.get_by_role("button", name="Back").click()
    await expect(home).to_contain_text("I keep what you ask me")
    await home.get_by_role("button", name="Opt out and remove my data").click()
    await sure.get_by_role("button", name="Remove it").click()
    await expect(home).to_contain_text("You have opted out")

    async def gone() -> bool:
        return not await bakery.workspace.dataset.pending()

    await until("the correction to be removed", gone)
    await page.get_by_role("button", name="Channel handbook").click()
    answer = await acts.ask(page, known.OPENING)
    await expect(answer).to_contain_text("Not stored")
    await expect(acts.up(answer)).to_have_count(0)
