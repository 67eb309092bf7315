"""How cost grows with what is kept: a reply, a vote and an example among 1,000 up to a million.

Redis bytes of each, milliseconds of every operation, and passes over all examples; the slope says
whether the total grows in a straight line (1) or faster. Operations on Redis run against a real
Valkey with deterministic rows; `--most 1000000` wants six gigabytes of memory and half an hour.

    .venv/bin/python -m bench.growth --most 100000 --json
"""

import argparse
import asyncio
import math
import time
from pathlib import Path
from typing import Any

from bench.growth_runs import passes, stored, stores
from bench.growth_runs.table import STEEPEST, Row, kept, plot, seconds, slope, steep, table
from bench.growth_runs.table import by_operation as grouped
from bench.reporting.claims import Claim, at_most
from bench.reporting.claims import table as rows_of
from bench.reporting.said import say

QUICK = 100_000
FEW = 2_000  # cases of an evaluation in a quick run
PATIENCE = 420.0  # seconds of a quick run, which takes 240 on a quiet machine
OF_JSON = 1.5  # times its JSON that a reply may take
COST = (
    "\nThe cost of one operation (of a pass over everything, of one thing) while so many are kept. "
    "The slope is that of the total in a log-log plot, by least squares: 1 is a straight line. The bytes "
    "of a pass are its peak memory, of which 1 says that it does not grow. A search counts all that it "
    "finds: one costs more, the more there are. An evaluation asks two models that take "
    f"{passes.MILLISECONDS} ms each, of fewer cases where few are asked at once.\n"
)
Json = dict[str, Any]


async def measure(most: int, cases: int = passes.CASES, budget: float = math.inf) -> Json:
    """Everything, in sizes up to `most`; evaluations of at most so many cases. Passes that are not
    done after `budget` seconds are left out.
    """
    ends = time.monotonic() + budget
    small = await stored.measure()
    groups = await stores.measure(passes.sizes(most))
    made = await passes.rows(most, cases, ends=ends)
    asked = [row for row in made.rows if row.operation.startswith(passes.EVALUATION)]
    groups["passes over all examples"] = [row for row in made.rows if row not in asked]
    if asked:
        groups["an evaluation, for one case"] = asked
    return {"most": most, "stored": small, "groups": groups, "missing": made.missing}


def rows(found: Json) -> dict[str, list[Row]]:
    """As they were before they were JSON."""
    return {title: [Row(*row) for row in each] for title, each in found["groups"].items()}


def markdown(found: Json) -> str:
    """The section of the report."""
    small = [
        (what, f"{json:,.0f} B", f"{used:,.0f} B", f"{used / json:.2f}")
        for what, json, used in found["stored"]
    ]
    told = [
        "A reply with its context and one vote, as all keys that outlive two days take it in Redis, beside its JSON:\n\n",
        rows_of(["a reply", "JSON", "in Redis", "ratio"], small),
        COST,
        _missed(found),
        _left_out(found),
    ]
    for title, each in rows(found).items():
        told.append(
            f"\n### Growth: {title}\n\n{table(each)}\n\n![{title}](pictures/bench/{_file(title)})\n"
        )
    return "".join(told)


def _missed(found: Json) -> str:
    """Which operations are steeper than they may be."""
    named = [f"{each} ({title})" for title, some in rows(found).items() for each in steep(some)]
    return f"\nSteeper than {STEEPEST}: {', '.join(named) or 'none'}.\n"


def _left_out(found: Json) -> str:
    missing = found.get("missing")
    return f"\n**Not measured**: {'; '.join(missing)}.\n" if missing else ""


def claims(found: Json) -> list[Claim]:
    """What the page says first: sizes, and the steepest slopes."""
    said = [
        at_most(f"{what} in Redis / JSON", used / json, OF_JSON, "")
        for what, json, used in found["stored"]
    ]
    for title, each in rows(found).items():
        slopes = [
            (found_slope, operation)
            for operation, own in grouped(each).items()
            for value in (seconds, kept)
            if (found_slope := slope(own, value)) is not None
        ]
        if slopes:
            worst, operation = max(slopes)
            said.append(at_most(f"steepest slope, {title}: {operation}", worst, STEEPEST, ""))
    if missing := found.get("missing"):
        said.append([Claim("passes not measured", f"{len(missing)}", target="0", met=False)])
    return [claim for each in said for claim in each]


def draw(found: Json, folder: Path) -> None:
    """One picture for each group."""
    for title, each in rows(found).items():
        plot(each, title, folder / _file(title))


def _file(title: str) -> str:
    words = "".join(each if each.isalnum() else " " for each in title).split()
    return f"growth-{'-'.join(words)}.svg"


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most", type=int, default=QUICK, help="of each thing")
    parser.add_argument("--quick", action="store_true", help=f"up to {QUICK:,}")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    quickly = (min(options.most, QUICK), FEW, PATIENCE)
    found = asyncio.run(measure(*quickly) if options.quick else measure(options.most))
    draw(found, Path("artifacts/bench"))
    say(found, markdown, as_json=options.json)


if __name__ == "__main__":
    main()
