"""The bot as a process of its own, for benches: what it is told, and when it listens."""

import asyncio
from pathlib import Path

import aiohttp

from bench.stage.slack import SECRET
from bot.demo.settings import Machine

PATIENCE = 60.0  # seconds until something listens


def environment(world: str, redis_url: str, folder: str | Path, port: int) -> dict[str, str]:
    """All variables of a bot whose Slack and model are at the URL `world`."""
    return Machine().environment() | {
        "SLACK_BASE_URL": f"{world}/api/",
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "OPENAI_BASE_URL": f"{world}/v1",
        "OPENAI_API_KEY": "none",
        "REDIS_URL": redis_url,
        "DATA_DIR": str(folder),
        "PORT": str(port),
    }


async def listening(port: int, process: asyncio.subprocess.Process | None = None) -> None:
    """Wait until something answers there. Raises TimeoutError, or RuntimeError when it has ended."""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as http:
        while process is None or process.returncode is None:
            try:
                async with http.get(f"http://127.0.0.1:{port}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
        raise RuntimeError(f"what should listen ended with {process.returncode}")
