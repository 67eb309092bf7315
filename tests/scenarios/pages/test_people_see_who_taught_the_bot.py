"""People on the desk: who taught what and what went live, who decided, who opted out."""

import re
from html import unescape

import pytest

from bot.adapters.redis.preferences import RedisPreferences
from finetune.dataset.snapshot import Snapshots
from tests.factories import ADMIN, ASKER, CURATOR, JAPANESE, TEAM
from tests.scenarios.pages.conftest import House
from tests.scenarios.pages.test_a_snapshot_is_read_compared_and_downloaded import curator
from tests.shelf_values import learnt

pytestmark = pytest.mark.anyio


def row_of(page: str, user: str) -> list[str]:
    """The first row of the page that is about somebody, as texts."""
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f'/{user}"' in row)
    cells = re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells]


async def test_what_somebody_taught_is_counted_and_how_much_of_it_is_live(house: House) -> None:
    await learnt(house)
    rows = [row for row in await house.dataset.approved() if ASKER in row.authors]
    snapshots: Snapshots = house.service.toolkit.snapshots
    promoted = [
        run.snapshot_id or ""
        for run in await house.service.toolkit.workspace(TEAM).runs.list()
        if run.state.value == "promoted"
    ]
    held = {item for each in promoted for item in snapshots.contents(each).items()}
    live = sum(
        1
        for row in rows
        if row.source.value == "correction" and (row.example_id, row.content_key) in held
    )
    async with curator(house) as browser:
        page = (await browser.get("/curate/people")).text
    said = row_of(page, ASKER)
    assert said[2] == str(live) != "0"
    assert said[4] == str(len(rows))
    assert row_of(page, JAPANESE)[1] == "0", "somebody who corrected nothing"


async def test_people_are_sorted_as_asked(house: House) -> None:
    await learnt(house)
    async with curator(house) as browser:
        pages = [(await browser.get(f"/curate/people?sort={by}")).text for by in ("ups", "live")]
    first = [re.findall(r'href="/curate/people/(\w+)"><bdi>', page)[0] for page in pages]
    assert first == [CURATOR, ASKER]


async def test_decisions_and_agreement_are_those_of_the_curators(house: House) -> None:
    await learnt(house)
    async with curator(house) as browser:
        page = (await browser.get("/curate/people")).text
    decided = page[page.index("Who decided") :]
    assert row_of(decided, ADMIN)[2:4] == ["3", "2"]
    assert "too few" in decided or "No two curators" in decided


async def test_of_whoever_opted_out_only_that_is_shown(house: House) -> None:
    await learnt(house)
    preferences = RedisPreferences(house.service.toolkit._client)
    await preferences.change_person(TEAM, ASKER, opted_out=True, opted_out_at=1_795_000_000.0)
    async with curator(house) as browser:
        page = (await browser.get("/curate/people")).text
        theirs = (await browser.get(f"/curate/people/{ASKER}")).text
    assert f'href="/curate/people/{ASKER}"' not in page
    assert "2026-11-18" in page[page.index("Opted out") :]
    assert "has opted out" in theirs
    assert "leave" not in theirs


async def test_a_persons_examples_are_shown_the_newest_first(house: House) -> None:
    await learnt(house)
    async with curator(house) as browser:
        page = (await browser.get(f"/curate/people/{CURATOR}")).text
    numbers = [int(found) for found in re.findall(r"\((\d+)\)</h3>", page)]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) > 3
