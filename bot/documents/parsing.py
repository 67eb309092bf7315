"""PDF and workbooks, read in a process of their own that is killed when it takes too long.

A parser for a format that can be hostile may loop for ever or eat all memory, and no thread can be
stopped: so the bytes go to a child (`child.py`) with limits on its seconds and memory and an
environment without secrets, and JSON comes back.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import Any

from bot.documents.document import Document, Why
from bot.documents.kinds import Kind
from bot.errors import FileUnreadable

SECONDS = 20.0  # until the child is killed


async def parsed(kind: Kind, data: bytes, letters: int, seconds: float = SECONDS) -> Document:
    """The first `letters` or so of a file. Raises FileUnreadable."""
    said = await _child(kind, data, letters, seconds)
    if "why" in said:
        raise FileUnreadable(Why(said["why"]))
    return Document.model_validate(said)


async def _child(kind: Kind, data: bytes, letters: int, seconds: float) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.documents.child", kind, str(letters)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"},
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(data), seconds)
    except TimeoutError:
        return {"why": Why.TOO_LONG}
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    try:
        found = json.loads(output)
    except ValueError:  # it was killed by a limit, or the parser broke down
        return {"why": Why.TOO_LONG if (process.returncode or 0) < 0 else Why.DAMAGED}
    return found if isinstance(found, dict) else {"why": Why.DAMAGED}
