"""Where runs are kept: the port between the state machine and a database (`adapters/redis`)."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from finetune.audit import Entry
from finetune.training.run import Glance, Run


class StaleRun(Exception):
    """Raised by `save` when another process has saved the run since it was read; never shown."""


class RunStore(Protocol):
    """Runs of one workspace."""

    async def plan(self, run: Run, *, key: str, per_day: int) -> Run:
        """Add `run` at once, or return the run planned before with this `key`.

        RunRefused, atomically, when another run has not ended or `per_day` were started in the
        last 24 hours. The audit log gets it with the run.
        """
        ...

    async def planned(self, key: str) -> Run | None:
        """The run that was planned with this key."""
        ...

    async def get(self, run_id: str) -> Run | None:
        """The run as last saved."""
        ...

    async def glance(self, run_id: str) -> Glance | None:
        """How it stands; as cheap for a run with ten thousand answers as for a new one."""
        ...

    async def save(self, run: Run, told: Entry | None = None) -> Run:
        """Write `run` as the next version. StaleRun unless `run.version` is the stored one.

        `told` goes into the audit log with it.
        """
        ...

    async def listed(self, limit: int) -> list[Run]:
        """Runs, newest first."""
        ...

    async def active(self) -> Run | None:
        """The run that has not ended and is not held."""
        ...

    async def held(self) -> list[Run]:
        """Runs that are held, the oldest first."""
        ...

    def hold(self, run_id: str) -> AbstractAsyncContextManager[bool]:
        """Be the only one to work on the run; gives False when somebody else is.

        The hold ends with its process within seconds, and is renewed while the block runs.
        """
        ...
