"""`bot aside` as an operator runs it."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from typing import Any


async def bot(environment: Mapping[str, str], *words: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one command."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        env={"SSL_CERT_FILE": os.environ["SSL_CERT_FILE"], **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await running.communicate()
    return running.returncode or 0, out.decode(), err.decode()


async def listed(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    """What `bot aside --json` lists."""
    code, out, err = await bot(environment, "aside", "--json")
    assert code == 0, err
    return list(json.loads(out)["aside"])
