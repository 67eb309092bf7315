"""A vLLM of the trainer's own (TRAINER_VLLM_COMMAND): started with it, started again when it ends,
stopped with it.

It listens on this machine only, and takes no request without a key that is drawn at each start, so
nobody reaches its routes but through the trainer. What it prints is in DATA_DIR/trainer/vllm.log.
"""

import asyncio
import contextlib
import secrets
import shlex
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import structlog

from finetune.errors import InputError
from finetune.trainer.serving.vllm_server import VllmServer
from finetune.trainer.settings import vllm_environment
from finetune.trainer.stores.base_models import BaseModel

log = structlog.get_logger(__name__)

HOST = "127.0.0.1"
ADAPTERS_AT_ONCE, HIGHEST_RANK = "4", "64"  # vLLM's own defaults are 1 and 16
LONGEST_PAUSE = 60.0  # seconds between two starts of one that keeps ending
_LOOK = 1.0  # seconds between two looks whether it answers


def vllm_arguments(command: str, base: BaseModel, port: int) -> tuple[str, ...]:
    """The whole command line; what the operator chose stays. Raises InputError."""
    try:
        given = shlex.split(command)
    except ValueError as error:
        raise InputError(f"TRAINER_VLLM_COMMAND: {error}. {_GOOD}") from None
    if not given:
        raise InputError(f"TRAINER_VLLM_COMMAND names no program. {_GOOD}")
    if "serve" not in given:
        given.append("serve")
    given.insert(given.index("serve") + 1, base.source)
    if not _has(given, "--enable-lora"):
        given.append("--enable-lora")
    chosen = {"--max-loras": ADAPTERS_AT_ONCE, "--max-lora-rank": HIGHEST_RANK}
    for option, value in chosen.items():
        if not _has(given, option):
            given += [option, value]
    return (*given, "--served-model-name", base.name, "--host", HOST, "--port", str(port))


@contextlib.asynccontextmanager
async def own_vllm(command: str, base: BaseModel, output: Path) -> AsyncIterator[VllmServer]:
    """The server while it is kept running; it may need minutes before it answers."""
    port, key = _free_port(), secrets.token_urlsafe(24)
    arguments = vllm_arguments(command, base, port)
    async with VllmServer.at(f"http://{HOST}:{port}", key) as server:
        keeping = asyncio.create_task(_keep_running(arguments, key, output, server))
        try:
            yield server
        finally:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping


async def _keep_running(
    arguments: Sequence[str], key: str, output: Path, server: VllmServer
) -> None:
    pause = 1.0
    while True:
        with output.open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "finetune.trainer.serving.tethered", *arguments),
                stdin=PIPE,
                stdout=file,
                stderr=file,
                env=vllm_environment(key),
                start_new_session=True,
            )
        answering = asyncio.create_task(_tell_when_ready(server))
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await _stop(process)
            raise
        finally:
            answering.cancel()
        pause = 1.0 if answering.done() and not answering.cancelled() else pause
        log.error("vllm_ended", code=code, again_in=pause, output=str(output))
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()


async def _tell_when_ready(server: VllmServer) -> None:
    while not await server.is_healthy():
        await asyncio.sleep(_LOOK)
    log.info("vllm_ready")


def _has(given: Sequence[str], option: str) -> bool:
    return any(part == option or part.startswith(f"{option}=") for part in given)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


_GOOD = "A good value: TRAINER_VLLM_COMMAND=/opt/vllm/bin/vllm"
