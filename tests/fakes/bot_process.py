"""The bot as a process of its own, to be killed in the middle of its work and started again."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.fakes.crashing.ward import Born, Nursery
from tests.fakes.workplace import until


@dataclass
class BotProcess:
    """`python -m bot serve`, `serve --no-worker` or `worker`, with an environment of its own.

    With a `ward` it is forked from a process that has imported everything.
    """

    environment: Mapping[str, str]
    directory: Path
    command: str = "serve"
    ward: Nursery | None = None
    _process: asyncio.subprocess.Process | Born | None = field(default=None, init=False)

    async def start(self) -> None:
        """Start it and wait until it listens, or works; one that does neither is ended."""
        self._process = await self._begun()
        try:
            await self._up()
        except BaseException:
            await asyncio.shield(self.kill())
            raise

    async def _up(self) -> None:
        if self.command == "worker":
            await until("the bot to work", lambda: '"working"' in self.log())
            return
        url = f"http://{self.environment['HOST']}:{self.environment['PORT']}/healthz"
        async with httpx.AsyncClient() as http:

            async def listening() -> bool:
                assert self._process is not None
                assert self._process.returncode is None, self.log()
                try:
                    return (await http.get(url)).status_code == 200
                except httpx.TransportError:
                    return False

            await until("the bot to listen", listening)

    async def kill(self) -> None:
        """No goodbye."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int | None:
        """As an operator would, for its exit code; nothing if it does not run."""
        await self._end(signal.SIGTERM)
        return self._process.returncode if self._process else None

    def log(self) -> str:
        return (self.directory / "bot.log").read_text()

    async def _begun(self) -> asyncio.subprocess.Process | Born:
        environment = {"SSL_CERT_FILE": os.environ["SSL_CERT_FILE"], **self.environment}
        (self.directory / "bot.log").touch()
        if self.ward is not None:
            return self.ward.born(
                arguments=self.command.split(),
                environment=environment,
                directory=str(self.directory),
            )
        with (self.directory / "bot.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *self.command.split()),
                cwd=self.directory,
                env=environment,
                stderr=log,
            )

    async def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)
            await self._process.wait()
