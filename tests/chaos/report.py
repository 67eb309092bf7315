"""What happened and what the audit found, as a table and as JSON."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos.play import Performance

MOST = 20  # lines of one check that are printed


def done(played: Performance) -> Iterator[tuple[str, str]]:
    """What was done to the service, line by line."""
    load, road = played.load, played.road
    kills = ", ".join(f"{part.name} {part.kills}" for part in played.stage.parts.values())
    fell = {name: part.fell for name, part in played.stage.parts.items() if part.fell}
    yield "turns", f"{len(load.sent)}, {len(load.answered)} answered"
    yield "kill -9", f"{played.stage.kills}: {kills}"
    yield "ended by themselves", ", ".join(f"{n} {c}" for n, c in fell.items()) or "none"
    yield "connections to Valkey cut", str(played.network.cuts)
    yield "deliveries", f"{road.deliveries}, {road.copies} more copies, {road.lost} answers lost"
    yield "deliveries the bot refused or missed", str(road.refused)
    yield "troubles of Slack", _counts(played.slack.troubles)
    yield "troubles of the model", _counts(played.models.troubles)
    yield "votes and corrections", str(load.opinions.given)
    yield "runs", f"{load.retraining.started} of {load.retraining.wanted}"
    yield "seconds", _seconds(played.phases)


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{what} {many}" for what, many in sorted(counted.items())) or "none"


def _seconds(phases: dict[str, float]) -> str:
    named = [
        f"{name} {until - since:.0f}" for (name, since), (_next, until) in pairwise(phases.items())
    ]
    return ", ".join(named)


def broken(played: Performance) -> int:
    """Faults that the audit found."""
    return sum(len(check.broken) for check in played.checks)


def show(played: Performance, console: Console) -> None:
    """Both tables, and each fault."""
    script = played.script
    title = f"seed {script.seed}, {len(script.questions)} turns, {script.workers} workers"
    table = Table("done", "", title=title)
    for name, value in done(played):
        table.add_row(name, value)
    console.print(table)
    audit = Table("audit", "looked at", "broken", "")
    for check in played.checks:
        count = str(len(check.broken)) if check.broken else "0"
        colour = "red" if check.broken else "green"
        audit.add_row(check.promise, str(check.looked), f"[{colour}]{count}[/]", check.about)
    console.print(audit)
    for check in played.checks:
        for line in check.broken[:MOST]:
            console.print(f"{check.promise}: {line}", markup=False, style="red")
    console.print(f"logs and data: {played.folder}", markup=False)


def document(played: Performance) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "seed": played.script.seed,
        "turns": len(played.script.questions),
        "kills": played.stage.kills,
        "done": dict(done(played)),
        "audit": [
            {"promise": c.promise, "looked": c.looked, "broken": c.broken, "about": c.about}
            for c in played.checks
        ],
        "broken": broken(played),
    }
