"""What is decided, in Slack, here or on the command line, is read at /curate/activity."""

import pytest

from finetune import Action, Entry
from tests.factories import ADMIN, ASKER, CURATOR, TEAM
from tests.scenarios.pages.conftest import House, sign_in

pytestmark = pytest.mark.anyio


async def activity(house: House, asked: str = "", who: str = CURATOR) -> str:
    async with house.browser() as browser:
        await sign_in(browser, who)
        page = await browser.get(f"/curate/activity{asked}")
        assert page.status_code == 200, page.text
        return page.text


async def test_a_decision_is_told_with_its_person_and_a_way_to_the_example(house: House) -> None:
    [first, second] = await house.wait_for_a_curator(2)
    await house.dataset.approve(first.example_id, CURATOR)
    await house.dataset.reject(second.example_id, ADMIN, "it depends <b>")
    page = await activity(house)
    assert page.index("rejected an example") < page.index("approved an example")
    assert f'href="/curate/dataset/{first.example_id}">{first.question}' in page
    assert "“it depends &lt;b&gt;”" in page


async def test_it_is_narrowed_by_person_action_and_thing(house: House) -> None:
    rows = await house.wait_for_a_curator(3)
    await house.dataset.approve(rows[0].example_id, CURATOR)
    await house.dataset.approve(rows[1].example_id, ADMIN)
    await house.dataset.reject(rows[2].example_id, CURATOR)
    shown = await activity(house, f"?by={CURATOR}&action=approved&about=&before=")
    assert [row.question in shown for row in rows] == [True, False, False]
    shown = await activity(house, f"?about={rows[2].example_id}")
    assert [row.question in shown for row in rows] == [False, False, True]
    assert "Nothing fits these filters" in await activity(house, "?about=none")


async def test_it_is_leafed_through_by_the_entry(house: House) -> None:
    log = house.service.toolkit.workspace(TEAM).audit
    for number in range(32):
        await log.record(
            Entry(at=float(number), by=CURATOR, action=Action.RUN_HELD, about=f"run-{number:02}")
        )
    first = await activity(house)
    assert ("run-31" in first, "run-02" in first, "run-01" in first) == (True, True, False)
    [last] = (await log.entries(limit=30))[-1:]
    address = f"?before={last.entry_id}"
    assert f'href="/curate/activity{address}"' in first
    second = await activity(house, address)
    assert ("run-02" in second, "run-01" in second, "run-00" in second) == (False, True, True)


async def test_what_was_erased_is_not_told_of_any_more(house: House) -> None:
    [row] = await house.wait_for_a_curator()
    await house.dataset.approve(row.example_id, CURATOR)
    await house.dataset.erase_author(ASKER, until=1e12)
    page = await activity(house)
    assert "Nothing has been decided yet" in page
    assert row.example_id not in page


@pytest.mark.parametrize("asked", ["?before=-", "?before=99999999999999999999-0", "?before=1-1;x"])
async def test_an_odd_place_to_begin_is_not_understood(house: House, asked: str) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        assert (await browser.get(f"/curate/activity{asked}")).status_code == 422
