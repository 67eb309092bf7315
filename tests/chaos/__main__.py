"""`make chaos`: the whole service under violence, and what became of every acknowledged turn."""

import argparse
import asyncio
import contextlib
import json
import logging
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.chaos import plan
from tests.chaos.play import Performance, performance
from tests.chaos.quiet import PATIENCE
from tests.chaos.report import broken, document, show
from tests.chaos.stage import NotUp

DESCRIPTION = (
    "Plays a script of questions, votes, corrections and retraining runs against web, workers and"
    " Valkey as processes, kills them in turn, and audits that nothing was lost or doubled."
)
EXAMPLE = """example:
  make chaos SEED=2 TURNS=1000
  make chaos ARGS="--seed 7 --turns 200 --json"

exit status: 0 nothing broken, 1 something is (each fault is listed), 130 interrupted
"""
INTERRUPTED = 130


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description=DESCRIPTION,
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=1, help="the script's seed (1)")
    parser.add_argument("--turns", type=int, default=1000, help="questions to ask (1000)")
    parser.add_argument("--json", action="store_true", help="one JSON document on stdout")
    parser.add_argument("--keep", action="store_true", help="keep logs and data of a clean run too")
    parser.add_argument(
        "--patience", type=float, default=PATIENCE, help="seconds to wait for the end of everything"
    )
    options = parser.parse_args()
    if options.turns < 20:
        parser.error("--turns: at least 20, so that there is something to kill")
    logging.getLogger("uvicorn.error").disabled = True  # connections are cut on purpose
    try:
        return asyncio.run(_run(options))
    except KeyboardInterrupt:
        return INTERRUPTED
    except NotUp as error:
        sys.stderr.write(f"{error}\n")
        return 1


async def _run(options: argparse.Namespace) -> int:
    script = plan.write(options.seed, options.turns)
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir="/tmp"))
    console = Console(stderr=options.json)
    interrupted = False
    async with performance(script, folder) as played:
        playing = asyncio.create_task(_watched(played, console, options.patience))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, playing.cancel)
        try:
            await playing
        except asyncio.CancelledError:
            interrupted = True
            console.print("interrupted; what was still under way counts as broken:")
            await _audit_what_there_is(played)
        show(played, console)
        if options.json:
            sys.stdout.write(json.dumps(document(played), ensure_ascii=False) + "\n")
    if not broken(played) and not interrupted and not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
    if interrupted:
        return INTERRUPTED
    return 1 if broken(played) else 0


async def _audit_what_there_is(played: Performance) -> None:
    with contextlib.suppress(Exception):
        async with asyncio.timeout(30):
            await played.audit()


async def _watched(played: Performance, console: Console, patience: float) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        asked = bar.add_task("setting the stage", total=len(played.script.questions))

        def progress() -> None:
            kills = f"playing · {len(played.load.answered)} answered · {played.stage.kills} kills"
            bar.update(asked, completed=len(played.load.sent), description=kills)

        played.load.progress = progress
        played.said = lambda what: bar.update(asked, description=what)
        await played.play(patience)


if __name__ == "__main__":
    sys.exit(main())
