"""A run: one retraining from snapshot to promotion, as a frozen value that is saved at every step.

Read by the Slack message, the CLI and the sweep; written only by `training/runs.py`.
"""

from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from finetune.dataset.example import Frozen
from finetune.evaluation.report import Decision, Report
from finetune.training.method import Method


class RunState(StrEnum):
    """The stages in order; the last four end a run."""

    PLANNED = "planned"
    UPLOADING = "uploading"
    TRAINING = "training"
    EVALUATING = "evaluating"
    AWAITING_APPROVAL = "awaiting_approval"
    PROMOTED = "promoted"
    REJECTED = "rejected"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({RunState.PROMOTED, RunState.REJECTED, RunState.FAILED, RunState.CANCELLED})


class JobEvent(Frozen):
    """One event of the provider's job. `data` holds step, train_loss, … where the provider says."""

    event_id: str
    created_at: int
    level: str = "info"
    message: str
    data: dict[str, float | int | str | None] = Field(default_factory=dict)


class Glance(NamedTuple):
    """How a run stands, without reading all of it: `version` grows with whatever changes."""

    state: RunState
    version: int

    @property
    def ended(self) -> bool:
        """Nothing will change any more."""
        return self.state in ENDED


class Run(Frozen):
    """One retraining. Ids are the provider's; times are seconds since the epoch."""

    run_id: str
    state: RunState = RunState.PLANNED
    version: int = 0
    trigger: str = "slack"
    requested_by: str = ""
    created_at: float
    updated_at: float
    base_model: str
    method: Method = Method.SUPERVISED
    promotion: str = "approve"
    snapshot_id: str | None = None
    examples: int = 0
    corrections: int = 0
    tokens: int = 0
    training_file: str | None = None
    validation_file: str | None = None
    job_id: str | None = None
    job_status: str | None = None
    estimated_finish: int | None = None  # the provider's guess
    events: tuple[JobEvent, ...] = ()
    candidate: str | None = None
    champion: str | None = None
    report: Report | None = None
    decision: Decision | None = None
    asked: int = 0  # evaluation questions answered so far, of both models together
    to_ask: int = 0
    decided_by: str | None = None  # an admin's yes or no; the registry follows
    held_by: str | None = None  # an admin's "not now": it waits, and the next run may start
    cancelled_by: str | None = None  # asked for; the remote job follows
    error: str | None = None
    stages: tuple[tuple[RunState, float], ...] = ()

    @property
    def ended(self) -> bool:
        """Nothing will change any more."""
        return self.state in ENDED

    @property
    def waiting(self) -> bool:
        """Nothing changes until a person decides; a decision that is saved is yet to be done."""
        return self.state is RunState.AWAITING_APPROVAL and not (
            self.decided_by or self.cancelled_by
        )

    @property
    def held(self) -> bool:
        """Waits aside, for as long as it takes; another run may start meanwhile."""
        return not self.ended and self.held_by is not None

    @property
    def promoting(self) -> bool:
        """The yes is saved, an admin's or the gate's: the registry follows, and nothing stops it.

        No cancel and no decline can be saved from here on, so that the run's end and the registry
        agree whoever is interrupted in between.
        """
        by_gate = self.state is RunState.EVALUATING and self.decision is not None
        by_admin = self.state is RunState.AWAITING_APPROVAL and self.decided_by is not None
        return by_gate or by_admin

    @property
    def losses(self) -> tuple[float, ...]:
        """Training losses in the order the provider reported them."""
        found = (event.data.get("train_loss") for event in self.events)
        return tuple(float(loss) for loss in found if isinstance(loss, int | float))
