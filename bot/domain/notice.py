"""The message about a run: where it stands and what it shows. Kept by the stores for the notices."""

from finetune import Frozen, RunState


class Place(Frozen):
    """Where the message about a run is (`ts` None: not posted yet), and what of the run it shows.

    `at` is the run's own `updated_at`, in seconds since the epoch.
    """

    channel: str
    ts: str | None = None
    state: RunState | None = None
    at: float = 0.0
