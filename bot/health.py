"""Is everything there that the bot needs? For /readyz, `bot doctor` and the admins' App Home."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from finetune import data_dir_problems

PATIENCE = 2.0  # seconds; whoever probes waits little longer


class Server(Protocol):
    """What is asked of Redis."""

    async def problems(self) -> list[str]: ...

    async def advice(self) -> list[str]: ...


@dataclass
class Leaving:
    """Whether this process was told to stop: whoever balances the load shall look elsewhere."""

    begun: bool = False


@dataclass
class Health:
    """Looks at the services behind the bot; changes nothing."""

    server: Server
    data_dir: Path | None = None
    leaving: Leaving = field(default_factory=Leaving)
    _looking: "asyncio.Task[list[str]] | None" = field(default=None, init=False)

    async def problems(self) -> list[str]:
        """One line for each thing that stops the bot from keeping its promises."""
        if self.leaving.begun:
            return ["this process is stopping: send nothing here"]
        done, _ = await asyncio.wait({self._look()}, timeout=PATIENCE)
        late = f"Redis does not answer within {PATIENCE:.0f} s: look at its load, disk and network"
        return (await done.pop()) if done else [late]

    def _look(self) -> "asyncio.Task[list[str]]":
        """One at a time: probes come again and again while nothing is answered."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self.server.problems())
        return self._looking

    async def warnings(self) -> list[str]:
        """One line for each thing that keeps runs waiting, while answers are given as ever."""
        if self.data_dir is None:
            return []
        return await asyncio.to_thread(data_dir_problems, self.data_dir)

    async def advice(self) -> list[str]:
        """One line for each thing that could be better."""
        return await self.server.advice()
