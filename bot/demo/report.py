"""What a tour played by itself shows: its steps as they end, and one document at the end.

`play.py` makes the journal, which `tour.py` notes its steps in, and prints the document.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """One step that was taken."""

    name: str
    seconds: float
    detail: str


@dataclass
class Note:
    """Where a step under way says what it came to."""

    detail: str = ""


@dataclass
class Journal:
    """The steps so far. Each is shown when it ends."""

    show: Callable[[str], None]
    steps: list[Step] = field(default_factory=list)

    @asynccontextmanager
    async def step(self, name: str) -> AsyncIterator[Note]:
        """Time what is done inside; a step that fails is not noted."""
        began, note = time.monotonic(), Note()
        yield note
        taken = Step(name, round(time.monotonic() - began, 2), note.detail)
        self.steps.append(taken)
        self.show(f"{taken.seconds:6.1f} s  {name:<10}  {note.detail}")


@dataclass(frozen=True)
class Job:
    """The training behind the new model, as the trainer's API tells of it."""

    id: str
    events: int
    first_train_loss: float
    last_train_loss: float


@dataclass(frozen=True)
class Played:
    """What the tour came to."""

    question: str
    answer_before: str
    correction: str
    answer_after: str
    others_kept: float
    job: Job
    promoted: bool

    @property
    def learnt(self) -> bool:
        """Whether the last answer is the correction."""
        return self.answer_after == self.correction

    def document(self, steps: list[Step]) -> dict[str, Any]:
        """What `--json` prints."""
        return {"steps": [asdict(step) for step in steps], **asdict(self)}
