"""The port between the runner and where a job's training happens: here, or on a cluster.

A training is given a job's folder in the storage, which holds `order.json` (`order.py`) and the
rows; it reports by files in the same folder (`reports.py`), so it needs nothing else of the server.
"""

from collections.abc import Callable
from typing import Protocol


class Training(Protocol):
    """One training under way."""

    async def wait(self) -> int:
        """Until it has ended by itself or was stopped; 0 when it said how the job ended."""
        ...

    async def stop(self) -> None:
        """End it at once; nothing of it runs any more when this returns."""
        ...


class NotStarted(Exception):
    """Raised when a training cannot be started for long; the text is for the job's `error`."""


class Launcher(Protocol):
    """Where trainings run."""

    def stop_unless(self, is_wanted: Callable[[str], bool]) -> None:
        """Stop trainings that outlived a killed server, where `is_wanted` says no to the job's id.

        Raises ConnectionError when that cannot be done now.
        """
        ...

    async def start(self, job_id: str, slot: int) -> Training:
        """Start the job's training, or take up again one that still runs. `slot` counts from 0.

        Raises NotStarted.
        """
        ...
