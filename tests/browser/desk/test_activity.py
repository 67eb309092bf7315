"""Who decided what, as people see it: filters, links, pages, with and without scripts."""

import pytest
from playwright.async_api import expect

from finetune import Action, Entry, Message
from tests.browser.desk.conftest import Desk
from tests.factories import ADMIN, CURATOR, TEAM
from tests.scenarios.pages.conftest import House, waiting

pytestmark = pytest.mark.anyio
QUESTIONS = (
    "How many days of leave do new people have in their first year?",
    "経費の精算はいつまでに出せばよいですか?領収書を失くした場合の手続きも教えてください。",
    """Why does `SELECT * FROM orders WHERE created_at > now() - interval '1 day'` take so long?
```sql
EXPLAIN ANALYZE SELECT 1;
```
It worked last week 🙈""",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3,
    "hi",
)
FIRST = 1_790_000_000.0  # seconds
RUN = "run-260921-5f3a9c01"
LOG = (
    (ADMIN, Action.IMPORTED, "import:9f8e7d6c5b4a", {"rows": 12_480}),
    (CURATOR, Action.EXPORTED, "export", {"rows": 1_204, "format": "Parquet"}),
    (ADMIN, Action.DOWNLOADED, "snap-0f1e2d3c4b5a69788796a5b4c3d2e1f0", {}),
    ("", Action.RUN_PLANNED, "run-260914-11aa22bb", {"trigger": "schedule"}),
    (ADMIN, Action.RUN_CANCELLED, "run-260914-11aa22bb", {}),
    (ADMIN, Action.RUN_PLANNED, RUN, {"trigger": "slack"}),
    (ADMIN, Action.RUN_HELD, RUN, {}),
    (ADMIN, Action.RUN_PROMOTED, RUN, {}),
    (ADMIN, Action.WENT_LIVE, RUN, {"model": "ft:gpt-4.1-mini-2025-04-14:hoshi::CbTr5aQ1"}),
    (
        ADMIN,
        Action.ROLLED_BACK,
        RUN,
        {"left": "ft:gpt-4.1-mini-2025-04-14:hoshi::CbTr5aQ1", "model": "gpt-4.1-mini"},
    ),
    (ADMIN, Action.RUN_DECLINED, "run-260920-deadbeef", {}),
)


@pytest.fixture(scope="module")
async def filled(house: House) -> House:
    """Two weeks of a team, everything that can happen at least once."""
    log = house.service.toolkit.workspace(TEAM).audit
    for number in range(16):
        at = FIRST - 86_400 + number * 600
        await log.record(
            Entry(at=at, by=CURATOR, action=Action.APPROVED, about=f"reply-C01:1789{number}.0-U1")
        )
    for number, (by, action, about, detail) in enumerate(LOG):
        at = FIRST + number * 4_000
        await log.record(Entry(at=at, by=by, action=action, about=about, detail=detail))
    for number, question in enumerate(QUESTIONS):
        said = (Message(role="user", content=question), Message(role="assistant", content="So."))
        await house.dataset.submit(waiting(number, messages=said))
    await house.dataset.approve("example-0", CURATOR)
    await house.dataset.reject(
        "example-1",
        ADMIN,
        "社内規程の第 12 条と矛盾しています。人事に確認してから書き直してください。",
    )
    await house.dataset.edit("example-2", "Because there is no index on `created_at`.", CURATOR)
    await house.dataset.reject("example-3", CURATOR, "Nobody says that.")
    await house.dataset.reopen("example-3", CURATOR)
    await house.dataset.approve("example-4", ADMIN)
    return house


async def test_the_log_looks_well_everywhere(desk: Desk, filled: House) -> None:
    await desk.look({"activity": "/curate/activity"})


async def test_filters_and_pages_work_without_scripts(desk: Desk, filled: House) -> None:
    async with desk.opened(scripts=False) as visit:
        await visit.page.goto(f"{visit.url}/curate/activity")
        rows = visit.page.locator(".log li")
        await expect(rows).to_have_count(30)
        await visit.page.click("a[rel=next]")
        await expect(rows).to_have_count(3)
        await visit.page.select_option("#action", "rolled_back")
        await visit.page.click("form[role=search] button")
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text("gpt-4.1-mini")
        await expect(rows.locator("a")).to_have_attribute("href", f"/curate/runs/{RUN}")
        await expect(visit.page.locator("#action")).to_have_value("rolled_back")
