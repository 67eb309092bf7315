"""Is everything there that the bot needs? For /readyz, `bot doctor` and the admins' App Home."""

from dataclasses import dataclass, field
from typing import Protocol


class Server(Protocol):
    """What is asked of Redis."""

    async def problems(self) -> list[str]: ...

    async def advice(self) -> list[str]: ...


@dataclass
class Leaving:
    """Whether this process was told to stop: whoever balances the load shall look elsewhere."""

    begun: bool = False


@dataclass(frozen=True)
class Health:
    """Looks at the services behind the bot; changes nothing."""

    server: Server
    leaving: Leaving = field(default_factory=Leaving)

    async def problems(self) -> list[str]:
        """One line for each thing that stops the bot from keeping its promises."""
        if self.leaving.begun:
            return ["this process is stopping: send nothing here"]
        return await self.server.problems()

    async def advice(self) -> list[str]:
        """One line for each thing that could be better."""
        return await self.server.advice()
