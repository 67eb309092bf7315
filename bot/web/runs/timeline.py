"""The way of a run through its states, with times and durations, as the screen draws it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from finetune import Run, RunState

WAY = (
    RunState.PLANNED,
    RunState.UPLOADING,
    RunState.TRAINING,
    RunState.EVALUATING,
    RunState.AWAITING_APPROVAL,
)
Kind = Literal["done", "now", "todo", "skipped", "bad", "stopped"]
_ENDS: dict[RunState, Kind] = {
    RunState.PROMOTED: "done",
    RunState.REJECTED: "stopped",
    RunState.CANCELLED: "stopped",
    RunState.FAILED: "bad",
}


@dataclass(frozen=True)
class Stage:
    """One step of the way; the last one has no name until the run has ended."""

    name: str
    kind: Kind
    began: float | None = None
    seconds: float | None = None


def timeline(run: Run, now: float) -> Sequence[Stage]:
    """What is done, what is under way and what is to come; `now` in seconds since the epoch."""
    reached = run.stages or ((run.state, run.updated_at),)
    ends = [at for _, at in reached[1:]] + [now]
    passed = {
        state: (at, end - at)
        for (state, at), end in zip(reached, ends, strict=True)
        if state not in _ENDS
    }
    last = next((state for state, _ in reversed(reached) if state not in _ENDS), None)
    stages = [_stage(run, state, passed.get(state), last=state is last) for state in WAY]
    if run.ended:
        return [*stages, Stage(run.state.value, _ENDS[run.state], reached[-1][1])]
    return [*stages, Stage("", "todo")]


def _stage(run: Run, state: RunState, spent: tuple[float, float] | None, *, last: bool) -> Stage:
    if spent is None:
        return Stage(state.value, "skipped" if run.ended else "todo")
    kind: Kind = "done"
    if last and not run.ended:
        kind = "now"
    elif last and run.state in (RunState.FAILED, RunState.CANCELLED):
        kind = "bad" if run.state is RunState.FAILED else "stopped"
    return Stage(state.value, kind, spent[0], max(0.0, spent[1]))


def broke_at(run: Run) -> str:
    """The stage in which a run failed or was stopped; empty while it did not."""
    if run.state not in (RunState.FAILED, RunState.CANCELLED):
        return ""
    before = [state for state, _ in run.stages if state not in _ENDS]
    return before[-1].value if before else RunState.PLANNED.value


def lasted(run: Run, now: float) -> float:
    """Seconds from its start to its end, or until now; what it waited for people counts too."""
    return max(0.0, (run.updated_at if run.ended else now) - run.created_at)
