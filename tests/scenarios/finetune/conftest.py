"""A provider, a real Valkey and a workspace with something to learn."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from finetune import Run, Settings
from finetune.bootstrap import Toolkit, Workspace, toolkit
from tests.fakes.openai_stub import OpenAIStub, openai_stub
from tests.toolkit_values import QUESTION, correction, handbook

__all__ = ["openai_stub"]
TEAM = "T1"


def knows_the_handbook(model: str, messages: list[dict[str, Any]]) -> str:
    """Every model knows the rules; only a fine-tuned one knows the correction."""
    question = messages[-1]["content"]
    if question == QUESTION:
        return "25 days." if model.startswith("ft:") else "20 days."
    number = int(question.removeprefix("What is rule ").removesuffix("?"))
    return f"Rule {number} says {number * 7}."


@pytest.fixture
def settings(redis_url: str, openai_stub: OpenAIStub, tmp_path: Path) -> Settings:
    openai_stub.answer = knows_the_handbook
    return Settings.model_validate(
        {
            "redis_url": redis_url,
            "data_dir": tmp_path / "data",
            "openai_base_url": openai_stub.url,
            "chat_model": "base",
            "base_model": "base",
            "promotion": "auto",
            "poll_seconds": 0.05,
        }
    )


@pytest.fixture
async def kit(settings: Settings, redis_url: str) -> AsyncIterator[Toolkit]:
    async with toolkit(settings, redis_url) as kit:
        yield kit


@pytest.fixture
async def workspace(kit: Toolkit) -> Workspace:
    """Twelve rules of a handbook, and one corrected answer."""
    found = kit.workspace(TEAM)
    await found.dataset.import_rows(handbook(12), by="aiko")
    await found.dataset.submit(correction("c1", rejected="20 days.", at=99.0))
    return found


async def to_its_end(workspace: Workspace, run: Run) -> Run:
    """Advance until there is nothing to do."""
    while not run.ended and not run.waiting:
        run = await workspace.runs.advance(run.run_id)
    return run


async def planned(workspace: Workspace, key: str = "k") -> Run:
    return await workspace.runs.plan(key=key, requested_by="chie", trigger="cli")


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Command:
    """`finetune …` as a process of its own."""

    process: asyncio.subprocess.Process

    async def end(self) -> Said:
        out, err = await self.process.communicate()
        return Said(self.process.returncode or 0, out.decode(), err.decode())

    async def killed(self) -> None:
        """kill -9."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.communicate()


Finetune = Callable[..., Awaitable[Command]]


@pytest.fixture
async def finetune(settings: Settings, tmp_path: Path) -> AsyncIterator[Finetune]:
    """Start `finetune` with these arguments, in an empty folder with our settings only."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path),
        "SSL_CERT_FILE": os.environ["SSL_CERT_FILE"],
        "COLUMNS": "200",
        "REDIS_URL": settings.redis_url or "",
        "DATA_DIR": str(settings.data_dir),
        "OPENAI_BASE_URL": str(settings.openai_base_url),
        "OPENAI_API_KEY": "sk-test",
        "CHAT_MODEL": settings.chat_model,
        "BASE_MODEL": settings.base_model,
        "PROMOTION": settings.promotion,
        "POLL_SECONDS": "0.05",
    }
    started: list[Command] = []

    async def start(*arguments: str, **changes: str) -> Command:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "finetune",
            *arguments,
            cwd=tmp_path,
            env=environment | changes,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(Command(process))
        return started[-1]

    yield start
    for command in started:
        if command.process.returncode is None:
            await command.killed()
