"""The process that looks at one file: `python -m finetune.exchange.child FOLDER FILE`.

The order comes as JSON on stdin; bytes read go out as numbers, one on a line; what was found is
written as `look.json`. Limits itself before it looks at the first byte.
"""

import resource
import sys
from contextlib import suppress
from pathlib import Path

from finetune.dataset.disk import put
from finetune.exchange.look import DAMAGED, FOUND, TOO_MUCH, Look, Order
from finetune.exchange.looking import looked

MEMORY = 3 << 29  # bytes of address space: 1.5 GiB
CPU = 120  # seconds
WRITTEN = 500_000_000  # bytes of one file: a small workbook may unfold to a full disk


def main() -> None:
    """Read, look, write."""
    folder, file = map(Path, sys.argv[1:3])
    order = Order.model_validate_json(sys.stdin.buffer.read())
    _limit()
    done = 0

    def advance(more: int) -> None:
        nonlocal done
        done += more
        print(done, flush=True)  # noqa: T201 - what the parent reads

    try:
        found = looked(folder, file, order, advance)
    except MemoryError:
        found = Look(order=order, why=TOO_MUCH)
    except Exception:  # noqa: BLE001 - whatever a parser throws, the file is damaged
        found = Look(order=order, why=DAMAGED)
    put(folder / FOUND, found.model_dump_json().encode())


def _limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, WRITTEN),
    ):
        with suppress(ValueError, OSError):  # some systems know no such limit
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
