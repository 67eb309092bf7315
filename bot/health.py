"""Is everything there that the bot needs? For /readyz, `bot doctor` and the admins' App Home."""

from dataclasses import dataclass
from typing import Protocol


class Server(Protocol):
    """What is asked of Redis."""

    async def problems(self) -> list[str]: ...


@dataclass(frozen=True)
class Health:
    """Looks at the services behind the bot; changes nothing."""

    server: Server

    async def problems(self) -> list[str]:
        """One line for each thing that stops the bot from keeping its promises."""
        return await self.server.problems()
