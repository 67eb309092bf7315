"""The movements of the champion with what is known of each: by whom, from which run, by what rule."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.texts.desk.models import ModelTexts
from bot.web.services import Services
from finetune import Decision, ModelVersion, NotFound, Run, Verdict

MOST = 50  # movements that are shown
MOST_RUNS = 200  # that are looked through for the models they made


class Moved(NamedTuple):
    """One movement; `run` is None for one that is gone, or that no run stands behind."""

    move: ModelVersion
    run: Run | None
    by: str


async def moved(services: Services, team: str, history: Sequence[ModelVersion]) -> list[Moved]:
    """Newest first. Where the gate alone decided, nobody's name is said."""
    runs, found = services.workspace(team).runs, []
    for move in history[:MOST]:
        try:
            run = await runs.get(move.run_id) if move.run_id and not move.rollback else None
        except NotFound:
            run = None
        alone = run is not None and run.decided_by is None
        name = "" if alone or not move.by else await services.desk.names.name(team, move.by)
        found.append(Moved(move, run, name))
    return found


def gate_line(decision: Decision | None, t: ModelTexts) -> str:
    """The gate's decision in a line: its verdict, and how many answers changed."""
    if decision is None:
        return t.no_gate
    verdicts: Mapping[Verdict, str] = {
        Verdict.PROMOTE: t.gate_promote,
        Verdict.HOLD: t.gate_hold,
        Verdict.REJECT: t.gate_reject,
    }
    said, numbers = verdicts[decision.verdict], decision.numbers
    fixed = sum(int(v or 0) for name, v in numbers.items() if name.endswith("_fixed"))
    broken = sum(int(v or 0) for name, v in numbers.items() if name.endswith("_broken"))
    return f"{said} · {t.gate_line.format(fixed=fixed, broken=broken)}"


async def made_by(services: Services, team: str) -> dict[str, list[Run]]:
    """By model the runs that made it, newest first."""
    found: dict[str, list[Run]] = {}
    for run in await services.workspace(team).runs.list(MOST_RUNS):
        if run.candidate:
            found.setdefault(run.candidate, []).append(run)
    return found
