"""Curators decide, once however often they click; nobody else does."""

from typing import Any

import pytest

from bot.decisions import MOST, Curating, Outcome, Who
from bot.errors import NotAllowed
from finetune import Example, InputError, NotFound, Overtaken
from finetune.dataset.example import EDITED, Ruling
from tests.toolkit_values import correction

pytestmark = pytest.mark.anyio
ME, OTHER = Who("T1", "CUR"), Who("T1", "U1")


class Team:
    """Roles, turns, tasks and dataset in one, each as far as decisions ask for it."""

    def __init__(self, *rows: Example) -> None:
        self.rows = {row.example_id: row for row in rows}
        self.revealed: list[str] = []

    @property
    def dataset(self) -> "Team":
        return self

    async def is_curator(self, _team: str, user: str) -> bool:
        return user.startswith("CUR")

    async def reply(self, _team: str, reply_id: str) -> str | None:
        return reply_id if reply_id != "gone" else None

    async def reveal(self, reply: str) -> None:
        self.revealed.append(reply)

    async def get(self, example_id: str) -> Example | None:
        return self.rows.get(example_id)

    async def approve(self, example_id: str, by: str, seen: str) -> Example:
        return self._rule(example_id, Ruling(approved=True, by=by, at=1), seen)

    async def reject(self, example_id: str, by: str, reason: str, seen: str) -> Example:
        return self._rule(example_id, Ruling(approved=False, by=by, reason=reason, at=1), seen)

    async def edit(self, example_id: str, _answer: str, by: str, seen: str) -> Example:
        return await self.approve(example_id, by, seen)  # as where nothing was changed

    async def reopen(self, example_id: str, _by: str, seen: str) -> Example:
        return self._rule(example_id, None, seen, decided=True)

    def _rule(
        self, example_id: str, ruling: Ruling | None, seen: str, *, decided: bool = False
    ) -> Example:
        if example_id not in self.rows:
            raise NotFound("no such example")
        row = self.rows[example_id]
        if row.look != seen or (row.ruling is not None) is not decided:
            raise Overtaken("too late")
        self.rows[example_id] = row.model_copy(update={"ruling": ruling})
        return self.rows[example_id]


def of(*rows: Example) -> tuple[Team, Curating]:
    team: Any = Team(*rows)
    return team, Curating(team, team, team, lambda _team: team)


ROW = correction("c1", reply_id="reply")


async def test_whoever_is_no_curator_decides_nothing() -> None:
    team, curating = of(ROW)
    with pytest.raises(NotAllowed):
        await curating.approve(OTHER, "c1", ROW.look)
    with pytest.raises(NotAllowed):
        await curating.reject(OTHER, "c1", ROW.look)
    with pytest.raises(NotAllowed):
        await curating.edit(OTHER, "c1", "words", ROW.look)
    with pytest.raises(NotAllowed):
        await curating.undo(OTHER, "c1", ROW.look)
    with pytest.raises(NotAllowed):
        await curating.many(OTHER, "approve", [("c1", ROW.look)])
    assert team.rows["c1"].ruling is None


async def test_a_decision_is_shown_in_the_channel_where_the_reply_still_is() -> None:
    team, curating = of(ROW, correction("c2", reply_id="gone"), correction("c3", reply_id=None))
    for example_id in ("c1", "c2", "c3"):
        await curating.approve(ME, example_id, ROW.look)
    assert team.revealed == ["reply"]


async def test_the_same_click_again_changes_nothing_and_is_no_refusal() -> None:
    team, curating = of(ROW)
    first = await curating.reject(ME, "c1", ROW.look, "no")
    assert await curating.reject(ME, "c1", ROW.look, "no") == first
    assert team.revealed == ["reply"]


async def test_an_edit_that_changes_nothing_may_be_sent_twice() -> None:
    team, curating = of(ROW)
    first = await curating.edit(ME, "c1", f" {ROW.answer} ", ROW.look)
    assert await curating.edit(ME, "c1", f" {ROW.answer} ", ROW.look) == first
    with pytest.raises(Overtaken):
        await curating.edit(ME, "c1", "Other words.", ROW.look)
    assert team.revealed == ["reply"]


@pytest.mark.parametrize(
    "ruling",
    [
        Ruling(approved=True, by="CUR2", at=1),
        Ruling(approved=False, by="CUR", at=1),
        Ruling(approved=False, by="CUR", reason=EDITED, at=1),
    ],
)
async def test_what_was_decided_otherwise_or_by_somebody_else_is_too_late(ruling: Ruling) -> None:
    _, curating = of(ROW.model_copy(update={"ruling": ruling}))
    with pytest.raises(Overtaken):
        await curating.approve(ME, "c1", ROW.look)


async def test_many_are_decided_each_for_itself() -> None:
    decided = Ruling(approved=True, by="CUR2", at=1)
    late = correction("late").model_copy(update={"ruling": decided})
    _, curating = of(ROW, late)
    chosen = [("c1", ROW.look), ("late", late.look), ("none", ROW.look), ("c1", ROW.look)]
    assert await curating.many(ME, "approve", chosen) == Outcome(("c1",), ("late",), ("none",))
    assert await curating.many(ME, "undo", [("c1", ROW.look)]) == Outcome(("c1",))


async def test_more_than_a_batch_is_refused_whole() -> None:
    team, curating = of(ROW)
    with pytest.raises(InputError):
        await curating.many(ME, "approve", [("c1", ROW.look)] * (MOST + 1))
    assert team.rows["c1"].ruling is None
