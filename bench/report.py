"""Runs every bench and writes docs/bench.md, with what each found kept in artifacts/bench/NAME.json.

A bench is a file bench/NAME.py, named in BENCHES below, with

    main()                   --json prints one JSON object as the last line of standard output (what
                             it is doing goes to standard error); --quick keeps to its `seconds`
    markdown(found) -> str   its section of the page without the heading: a paragraph, tables, and
                             pictures as ![what](pictures/bench/NAME.svg); `found` is that JSON object
    claims(found)            if it has any: list[Claim] for the summary (bench/reporting/claims.py)
    draw(found, folder)      if it has any: writes NAME.svg, NAME-more.svg into the folder (a Path)

One that fails or is not done after twice its time says so on the page, the others still run, and the
exit code is 1. Ctrl-C keeps what was done until then.

    make bench                   or  .venv/bin/python bench/report.py --only turns,burst
"""

import argparse
import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.reporting.children import quickly, run
from bench.reporting.machine import load, machine
from bench.reporting.page import Bench, page
from bench.reporting.progress import Bar

ROOT = Path(__file__).resolve().parent.parent
PAGE, PICTURES, RESULTS = (
    ROOT / "docs/bench.md",
    ROOT / "docs/pictures/bench",
    ROOT / "artifacts/bench",
)
BENCHES = {
    "turns": Bench("A turn, beside a handler that keeps nothing and a public bot", 400),
    "burst": Bench("A burst of questions", 15),
    "answer_overhead": Bench("What the bot adds to a model's answer", 25),
    "scale": Bench("More processes", 180),
    "growth": Bench("How cost grows with what is kept", 240),
    "desk": Bench("The curation desk", 65),
    "check": Bench("Checking a dataset", 20),
    "prepare": Bench("Preparing a table", 50),
    "distill": Bench("Distilling from a teacher", 45),
    "trainer": Bench("The trainer", 65),
    "redaction": Bench("Redaction", 5),
}
PATIENCE = 2.0  # times its seconds, and a minute for what is installed or compiled
Json = dict[str, Any]


async def measure(names: list[str]) -> list[str]:
    """Run them one after the other, keep what each found, and return those that failed."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    bar, failed = Bar({name: BENCHES[name].seconds for name in names}), []
    for name in names:
        about = {"at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}", "load": load(), "machine": machine()}
        async with bar.one(name) as told:
            outcome = await run(quickly(name), 60 + PATIENCE * BENCHES[name].seconds, told)
        (RESULTS / f"{name}.json").write_text(
            json.dumps(about | outcome._asdict()), encoding="utf-8"
        )
        bar.line(f"{name}: {outcome.failed or 'done'} ({outcome.seconds:.0f} s)")
        failed += [name] if outcome.failed else []
    return failed


def write() -> list[str]:
    """The page from everything that was kept; names of what could not be told."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    kept = {
        name: json.loads(file.read_text(encoding="utf-8"))
        for name in BENCHES
        if (file := RESULTS / f"{name}.json").exists()
    }
    text, broken = page(BENCHES, kept, PICTURES)
    PAGE.write_text(text, encoding="utf-8")
    return broken


def main() -> None:
    """Exit code 1 when a bench failed, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(BENCHES), help="some, with commas between them")
    parser.add_argument("--page", action="store_true", help="run nothing: write the page anew")
    options = parser.parse_args()
    names = [] if options.page else options.only.split(",")
    if unknown := set(names) - set(BENCHES):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}; there are {', '.join(BENCHES)}")
    try:
        failed = asyncio.run(measure(names))
    except KeyboardInterrupt:
        write()
        sys.exit(130)
    failed += write()
    print(PAGE.relative_to(ROOT))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
