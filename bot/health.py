"""Is everything there that the bot needs? For /readyz, `bot doctor` and the admins' App Home."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.looking import Look
from finetune import data_dir_problems

PATIENCE = 2.0  # seconds; whoever probes waits little longer
REMEMBERED = 3.0  # seconds; a look at DATA_DIR writes there, and anybody may ask for it


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

    def __post_init__(self) -> None:
        self._server = Look(self.server.problems, patience=PATIENCE)
        self._disk = Look(self._data_dir, patience=PATIENCE, remembered=REMEMBERED)

    async def problems(self) -> list[str]:
        """One line for each thing that stops the bot from keeping its promises."""
        if self.leaving.begun:
            return ["this process is stopping: send nothing here"]
        found = await self._server.found()
        late = f"Redis does not answer within {PATIENCE:.0f} s: look at its load, disk and network"
        return [late] if found is None else found

    async def warnings(self) -> list[str]:
        """One line for each thing that keeps runs waiting, while answers are given as ever."""
        found = await self._disk.found()
        late = f"DATA_DIR does not answer within {PATIENCE:.0f} s: look at its disk or network"
        return [late] if found is None else found

    async def _data_dir(self) -> list[str]:
        if self.data_dir is None:
            return []
        return await asyncio.to_thread(data_dir_problems, self.data_dir)

    async def advice(self) -> list[str]:
        """One line for each thing that could be better."""
        return await self.server.advice()
