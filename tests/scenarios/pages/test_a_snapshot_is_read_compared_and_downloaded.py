"""Snapshots on the desk: what one holds, what changed, and nothing that is another workspace's."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from finetune import Action, RunState
from tests.factories import ASKER, CURATOR, TEAM
from tests.scenarios.pages.conftest import House
from tests.shelf_values import MODEL, keep, learnt, run, taught

pytestmark = pytest.mark.anyio
WAIT = 30  # looks at a page until its check is done


@asynccontextmanager
async def curator(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A curator's browser."""
    async with house.browser() as browser:
        token = house.link(CURATOR).partition("token=")[2]
        answer = await browser.post("/curate/enter", data={"token": token})
        assert answer.status_code == 303, answer.text
        yield browser


async def test_the_list_shows_what_runs_made_of_each_and_nothing_of_others(house: House) -> None:
    first, second, third = await learnt(house)
    workspace = house.service.toolkit.workspace(TEAM)
    foreign = workspace.snapshots.take([taught(99)], MODEL)
    async with curator(house) as browser:
        page = (await browser.get("/curate/snapshots")).text
        shown = re.findall(r'<td><a href="/curate/snapshots/([0-9a-f]+)"', page)
        assert shown == [second, third, first]
        assert page.index("answers now") < page.index("Rejected")
        for path in ("", "/manifest.json", f"/../compare?one={first}&other={foreign.snapshot_id}"):
            answer = await browser.get(f"/curate/snapshots/{foreign.snapshot_id}{path}")
            assert answer.status_code == 404


async def test_its_page_tells_cost_with_source_and_finds_rows(house: House) -> None:
    _, second, third = await learnt(house)
    async with curator(house) as browser:
        for _ in range(WAIT):
            page = (await browser.get(f"/curate/snapshots/{second}?text=VPN&side=train")).text
            if "being checked" not in page:
                break
        assert re.search(r"<strong>\d+\.\d\d USD</strong>", page)
        assert "Price from https://" in page
        assert "vpn connect" in page
        assert "Llanfair" not in page
        for _ in range(WAIT):
            page = (await browser.get(f"/curate/snapshots/{third}")).text
            if "being checked" not in page:
                break
        assert "No price is known for handbook-base" in page


async def test_what_changed_is_told_with_a_diff_of_the_words(house: House) -> None:
    first, second, _ = await learnt(house)
    async with curator(house) as browser:
        path = f"/curate/snapshots/compare?one={first}&other={second}"
        page = (await browser.get(path + "&kind=changed")).text
        assert "<del>Run this</del><ins>Es gilt</ins>:" in page
        removed = (await browser.get(path + "&kind=removed")).text
        assert "<del>" in removed


async def test_a_download_is_the_file_itself_and_is_noted(house: House) -> None:
    first, _, _ = await learnt(house)
    workspace = house.service.toolkit.workspace(TEAM)
    async with curator(house) as browser:
        answer = await browser.get(f"/curate/snapshots/{first}/train.jsonl")
    assert answer.content == workspace.snapshots.path(first, "train.jsonl").read_bytes()
    [entry] = await workspace.audit.entries(action=Action.DOWNLOADED)
    assert (entry.by, entry.about, entry.detail) == (CURATOR, first, {"file": "train.jsonl"})


async def test_of_a_stale_one_nothing_is_given_out_that_was_removed(house: House) -> None:
    await learnt(house)
    workspace = house.service.toolkit.workspace(TEAM)
    gone = taught(91, authors=(ASKER,), reply_id=None)
    taken = workspace.snapshots.take([gone, *await workspace.dataset.approved()], MODEL)
    await keep(house, run(20, RunState.FAILED, taken.snapshot_id))
    workspace.snapshots.mark_stale(taken.snapshot_id, "asked for")
    async with curator(house) as browser:
        pages = [
            (await browser.get(f"/curate/snapshots/{taken.snapshot_id}?offset={offset}")).text
            for offset in (0, 25)
        ]
        assert "not shown" in "".join(pages)
        assert "(91)" not in "".join(pages)
        assert "(8)" in pages[0], "what is still there is shown"
        answer = await browser.get(f"/curate/snapshots/{taken.snapshot_id}/train.jsonl")
        assert answer.status_code == 409


async def test_whoever_may_not_curate_downloads_nothing(house: House) -> None:
    first, _, _ = await learnt(house)
    async with house.browser() as browser:
        assert (await browser.get(f"/curate/snapshots/{first}/train.jsonl")).status_code == 403
