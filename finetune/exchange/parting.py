"""Starts the process that looks at one file, and says how far it is; killed when it takes too long."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import suppress

from finetune.exchange.look import DAMAGED, TOO_MUCH, Look, Order
from finetune.exchange.uploads import Upload

SECONDS = 180.0  # until the child is killed


async def look_at(upload: Upload, order: Order, advance: Callable[[int], None]) -> None:
    """Have `upload.look` written, by a child or in its place; `advance` is told of bytes read."""
    status = await _child(upload, order, advance)
    if upload.look is None:  # a limit has killed it, or the parser has broken down
        upload.found(Look(order=order, why=TOO_MUCH if status < 0 else DAMAGED))


async def _child(upload: Upload, order: Order, advance: Callable[[int], None]) -> int:
    place = str(upload.folder)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "finetune.exchange.child", place, str(upload.file)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={  # without secrets; one thread, as each would want memory of its own
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONUTF8": "1",
            "TMPDIR": place,
            "OPENBLAS_NUM_THREADS": "1",
        },
    )
    assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - as asked
    try:
        async with asyncio.timeout(SECONDS):
            process.stdin.write(order.model_dump_json().encode())
            process.stdin.close()
            async for line in process.stdout:
                if line.strip().isdigit():
                    advance(int(line))
            return await process.wait()
    except (TimeoutError, ConnectionError):
        return -1
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
