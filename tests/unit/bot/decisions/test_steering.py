"""Admins decide about runs and models; the durable task carries it out."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from bot.decisions import OwnModels, Steering, Who, refusal
from bot.errors import NotAllowed
from bot.texts import EN
from finetune import ModelVersion, Run, RunRefused

pytestmark = pytest.mark.anyio
ADMIN, OTHER = Who("T1", "ADM"), Who("T1", "U1")
RUN = Run(run_id="run-1", created_at=1, updated_at=1, base_model="base")
Decide = Callable[[Steering, Who], Awaitable[object]]


class Team:
    """Roles, tasks, places, runs and registry in one; what they were told, in order."""

    base_model = "base"

    def __init__(self, *history: ModelVersion) -> None:
        self.told: list[tuple[object, ...]] = []
        self._history = list(history)

    @property
    def runs(self) -> "Team":
        return self

    @property
    def registry(self) -> "Team":
        return self

    async def is_admin(self, _team: str, user: str) -> bool:
        return user == "ADM"

    async def plan(self, **asked: object) -> Run:
        self.told.append(("plan", asked["key"], asked["requested_by"], asked["trigger"]))
        return RUN

    async def place(self, _team: str, run_id: str, channel: str) -> None:
        self.told.append(("place", run_id, channel))

    async def advance(self, _team: str, run_id: str, *, at_once: bool = False) -> None:
        self.told.append(("advance", run_id, at_once))

    async def promote(self, run_id: str, by: str, *, wait: bool) -> Run:
        return self._decided("promote", run_id, by, wait)

    async def decline(self, run_id: str, by: str, *, wait: bool) -> Run:
        return self._decided("decline", run_id, by, wait)

    async def cancel(self, run_id: str, by: str, *, wait: bool) -> Run:
        return self._decided("cancel", run_id, by, wait)

    async def hold(self, run_id: str, by: str) -> Run:
        return self._decided("hold", run_id, by, wait=False)

    def _decided(self, what: str, run_id: str, by: str, wait: bool) -> Run:
        self.told.append((what, run_id, by, wait))
        return RUN

    async def list(self, _limit: int) -> Sequence[Run]:
        return []

    async def history(self) -> Sequence[ModelVersion]:
        return self._history

    async def champion(self, _team: str = "") -> str:
        return "m2"

    async def rollback(self, by: str, leaving: str | None) -> ModelVersion:
        self.told.append(("rollback", by, leaving))
        return ModelVersion(model="m1", run_id="", by=by, at=1, rollback=True)


def of(*history: ModelVersion, admin_channel: str = "") -> tuple[Team, Steering]:
    team: Any = Team(*history)
    models = OwnModels(lambda _team: team, team, shared=True)
    return team, Steering(
        team, team, lambda _team: team, models, team, admin_channel, clock=lambda: 1000.0
    )


DECISIONS: list[Decide] = [
    lambda steering, who: steering.promote(who, "run-1"),
    lambda steering, who: steering.decline(who, "run-1"),
    lambda steering, who: steering.cancel(who, "run-1"),
    lambda steering, who: steering.hold(who, "run-1"),
]


@pytest.mark.parametrize("decide", DECISIONS)
async def test_an_admins_decision_is_saved_and_carried_out_by_the_task(decide: Decide) -> None:
    team, steering = of()
    await decide(steering, ADMIN)
    [saved, queued] = team.told
    assert saved[1:] == ("run-1", "ADM", False)
    assert queued == ("advance", "run-1", True)


@pytest.mark.parametrize(
    "decide",
    [*DECISIONS, lambda s, who: s.start(who, "key"), lambda s, who: s.rollback(who)],
)
async def test_whoever_is_no_admin_decides_nothing(decide: Decide) -> None:
    team, steering = of()
    with pytest.raises(NotAllowed):
        await decide(steering, OTHER)
    assert team.told == []


async def test_a_run_is_told_of_where_admins_hear_of_runs() -> None:
    team, steering = of(admin_channel="C-ADMINS")
    await steering.start(ADMIN, "key", channel="C-HERE")
    assert team.told == [
        ("plan", "key", "ADM", "desk"),
        ("place", "run-1", "C-ADMINS"),
        ("advance", "run-1", False),
    ]


async def test_a_run_from_nowhere_has_no_message_of_its_own() -> None:
    team, steering = of()
    await steering.start(ADMIN, "key", trigger="slack")
    assert [told[0] for told in team.told] == ["plan", "advance"]


async def test_a_model_of_another_workspace_is_not_trained_on() -> None:
    team, steering = of()
    with pytest.raises(RunRefused) as refused:
        await steering.start(ADMIN, "key", base_model="ft:of:others")
    assert refusal(refused.value, EN) == EN.retrain.refused_foreign
    assert team.told == []


async def test_a_step_back_leaves_the_champion_of_now() -> None:
    team, steering = of()
    assert (await steering.rollback(ADMIN)).moved
    await steering.rollback(ADMIN, "m9")
    assert team.told == [("rollback", "ADM", "m2"), ("rollback", "ADM", "m9")]


@pytest.mark.parametrize(("at", "again"), [(900.0, True), (600.0, False)])
async def test_who_asks_again_at_once_goes_back_no_further(at: float, *, again: bool) -> None:
    team, steering = of(ModelVersion(model="m1", run_id="", by="ADM", at=at, rollback=True))
    assert (await steering.rollback(ADMIN)).again is again
    assert bool(team.told) is not again
