"""The process that parses one file: bytes on stdin, JSON of a `Document` or {"why": …} on stdout.

Started by `parsing.py`. Limits itself before it looks at the first byte.
"""

import json
import resource
import sys
from contextlib import suppress

from bot.documents.document import Document, Why
from bot.documents.kinds import Kind
from bot.errors import FileUnreadable

MEMORY = 1 << 30  # bytes of address space
CPU = 20  # seconds


def main() -> None:
    """Read, parse, write."""
    kind, letters = sys.argv[1:3]
    _limit()
    data = sys.stdin.buffer.read()
    try:
        said = _parsed(Kind(kind), data, int(letters)).model_dump_json()
    except FileUnreadable as error:
        said = json.dumps({"why": error.why})
    except MemoryError:
        said = json.dumps({"why": Why.TOO_LONG})
    except BaseException as error:  # noqa: BLE001 - whatever a parser throws, the file is damaged
        beyond = "Limit" in type(error).__name__  # the parser's own bounds
        said = json.dumps({"why": Why.TOO_LONG if beyond else Why.DAMAGED})
    sys.stdout.write(said)


def _parsed(kind: Kind, data: bytes, letters: int) -> Document:
    if kind is Kind.PDF:
        from bot.documents.pdf import pdf

        return pdf(data, letters)
    from bot.documents.workbook import workbook

    return workbook(data, letters)


def _limit() -> None:
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU)):
        with suppress(ValueError, OSError):  # some systems know no such limit
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
