"""A ruling that is taken back leaves the rows as their votes make them."""

from typing import Any

import pytest

from finetune import Dataset, Example, NotFound, Overtaken, Status
from finetune.dataset import filters
from finetune.dataset.example import Ruling
from finetune.dataset.reopening import reopen
from finetune.dataset.store import Rows
from tests.toolkit_values import correction, example

pytestmark = pytest.mark.anyio
WAITING: Any = {"status": Status.PENDING, "approved_by": None}


class OneQuestion:
    """A `DatasetStore` as far as decisions need it: all rows answer the same question."""

    def __init__(self, *examples: Example) -> None:
        self.rows: Rows = ()
        for one in examples:
            self.rows = filters.vote(self.rows, one)

    async def get(self, example_id: str) -> Example | None:
        mine = (
            r for r in self.rows if r.example_id == example_id or filters.has_vote(r, example_id)
        )
        return next(mine, None)

    async def amend(self, _key: str, change: Any, _told: Any = None) -> Rows:
        self.rows = change(self.rows)
        return self.rows

    def standing(self) -> dict[str, tuple[str, Status, str | None]]:
        """What is taught, and by whose word; when it was looked at does not matter."""
        return {r.example_id: (r.answer, r.status, r.approved_by) for r in self.rows}


def of(*examples: Example) -> tuple[OneQuestion, Dataset]:
    store, now = OneQuestion(*examples), iter(range(100, 200))
    kept: Any = store
    return store, Dataset(kept, clock=lambda: float(next(now)))


@pytest.mark.parametrize("approved", [True, False])
async def test_a_ruling_is_taken_back_and_twice_changes_nothing(*, approved: bool) -> None:
    store, dataset = of(example("e1"), correction("c1", **WAITING))
    before = store.standing()
    rule = dataset.approve if approved else dataset.reject
    ruled = await rule("c1", "CUR")
    assert store.standing() != before
    row = await dataset.reopen("c1", "CUR", ruled.look)
    assert (row.example_id, row.ruling, store.standing()) == ("c1", None, before)
    rows = store.rows
    assert await dataset.reopen("c1", "CUR", ruled.look) == row
    assert store.rows == rows


@pytest.mark.parametrize("named", ["c1", "c1-edited"])
async def test_an_edit_is_taken_back_with_the_row_that_it_added(named: str) -> None:
    store, dataset = of(correction("c1", **WAITING))
    before = store.standing()
    seen = store.rows[0].look
    edited = await dataset.edit("c1", "In other words.", "CUR", seen)
    assert len(store.rows) == 2
    shown = edited.look if named == "c1-edited" else seen
    row = await dataset.reopen(named, "CUR", shown)
    assert (row.example_id, row.status, store.standing()) == ("c1", Status.PENDING, before)
    assert await dataset.reopen(named, "CUR", shown) == row


@pytest.mark.parametrize("named", ["c1", "c1-edited", "c2"])
async def test_an_edit_into_an_answer_of_others_leaves_them_theirs(named: str) -> None:
    store, dataset = of(
        correction("c1", "Five.", author="U1", **WAITING),
        correction("c2", "Seven.", author="U2", **WAITING),
    )
    before = store.standing()
    await dataset.edit("c1", "Seven.", "CUR")
    assert store.rows[1].status is Status.APPROVED
    await dataset.reopen(named, "CUR", store.rows[1].look)
    assert store.standing() == before


async def test_an_edit_that_came_twice_is_one_and_is_taken_back_as_one() -> None:
    store, dataset = of(correction("c1", **WAITING))
    before, seen = store.standing(), store.rows[0].look
    first = await dataset.edit("c1", "In other words.", "CUR", seen)
    assert await dataset.edit("c1", "In other words.", "CUR", seen) == first
    await dataset.reopen("c1", "CUR")
    assert store.standing() == before


async def test_the_ruling_of_somebody_else_stands() -> None:
    store, dataset = of(correction("c1", **WAITING))
    await dataset.approve("c1", "CUR")
    with pytest.raises(Overtaken):
        await dataset.reopen("c1", "CUR2")
    assert store.rows[0].status is Status.APPROVED


async def test_what_looks_otherwise_by_now_is_not_reopened() -> None:
    _, dataset = of(correction("c1", **WAITING))
    await dataset.approve("c1", "CUR")
    with pytest.raises(Overtaken):
        await dataset.reopen("c1", "CUR", "another look")


async def test_an_edit_that_somebody_has_decided_about_since_stands() -> None:
    store, dataset = of(correction("c1", **WAITING))
    await dataset.edit("c1", "In other words.", "CUR")
    await dataset.reject("c1-edited", "CUR2")
    before = store.rows
    with pytest.raises(Overtaken):
        await dataset.reopen("c1", "CUR")
    assert store.rows == before


async def test_a_later_ruling_on_an_edited_row_is_taken_back_alone() -> None:
    store, dataset = of(correction("c1", **WAITING))
    await dataset.edit("c1", "In other words.", "CUR")
    await dataset.reject("c1-edited", "CUR2")
    row = await dataset.reopen("c1-edited", "CUR2")
    assert (row.example_id, row.status) == ("c1-edited", Status.APPROVED)
    assert store.rows[0].reworded


async def test_what_was_taken_back_by_its_author_is_not_reopened() -> None:
    store, dataset = of(correction("c1", **WAITING))
    await dataset.reject("c1", "CUR")
    store.rows = filters.unvote(store.rows, "c1", "the feedback was changed", 150.0)
    with pytest.raises(Overtaken):
        await dataset.reopen("c1", "CUR")


def test_an_id_that_names_nothing_is_not_found() -> None:
    rows = filters.rule(filters.vote((), correction()), "c1", Ruling(approved=True, by="C", at=2))
    with pytest.raises(NotFound):
        reopen(rows, "c9", "C", None, 3.0)
