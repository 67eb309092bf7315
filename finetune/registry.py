"""Which model answers: versions and the champion alias of one workspace.

Promotion moves the alias, rollback moves it back; both are kept in the history. The bot asks
`champion()` at every turn; runs promote; admins roll back.
"""

from typing import Protocol

from finetune.dataset.example import Frozen


class ModelVersion(Frozen):
    """One movement of the champion alias. `run_id` is empty for a rollback to `CHAT_MODEL`."""

    model: str
    run_id: str
    by: str
    at: float
    rollback: bool = False


class Registry(Protocol):
    """The champion of one workspace and how it came to be."""

    async def champion(self) -> str | None:
        """The model that answers; None while nothing is promoted (`CHAT_MODEL` answers)."""
        ...

    async def promote(self, model: str, *, run_id: str, by: str) -> None:
        """Make `model` the champion. A run promotes once; asking again changes nothing."""
        ...

    async def rollback(self, by: str, leaving: str | None = None) -> ModelVersion:
        """Go back to the champion before this one. RunRefused when there is none to leave.

        `leaving`: only if this model is the champion; else nothing moves, and the last movement is
        returned. So who asks twice about the same model goes back once.
        """
        ...

    async def line(self) -> list[ModelVersion]:
        """The promotions in force, newest first: the champion, then what a rollback leads to."""
        ...

    async def back(self) -> str | None:
        """Which model a rollback would lead to; None where no promotion is in force."""
        ...

    async def history(self) -> list[ModelVersion]:
        """Every movement of the alias, newest first."""
        ...
