"""How far a job is, from what its events say in numbers or, where there are none, in words."""

import re

from finetune.dataset.example import Frozen
from finetune.jobs.job import Event

QUEUE = re.compile(r"queue (?:number|position)\D{0,5}(\d{1,15})", re.IGNORECASE)
EPOCH = re.compile(r"epoch (\d{1,15})\s*(?:/|of)\s*(\d{1,15})", re.IGNORECASE)
STEP = re.compile(r"step (\d{1,15})\s*(?:/|of)\s*(\d{1,15})", re.IGNORECASE)
LOSS = re.compile(r"(?:training|train)[ _]loss\s*[=:]\s*(\d{1,15}(?:\.\d{1,15})?)", re.IGNORECASE)


class Progress(Frozen):
    """What is known so far; the next state is derived by `after`. Times are the provider's."""

    queue: int | None = None
    step: float | None = None
    total: float | None = None
    epoch: tuple[int, int] | None = None
    loss: float | None = None
    began: tuple[float, int] | None = None  # the first step that was told, and when
    now: int = 0

    def after(self, event: Event) -> "Progress":
        """With what `event` says."""
        step, total = _number(event, "step"), _number(event, "total_steps")
        in_words = STEP.search(event.message)
        if step is None and in_words:
            step, total = float(in_words[1]), float(in_words[2])
        epoch, queue = EPOCH.search(event.message), QUEUE.search(event.message)
        loss = _number(event, "train_loss")
        if loss is None and (said := LOSS.search(event.message)):
            loss = float(said[1])
        began = (step, event.created_at) if self.began is None and step is not None else self.began
        return Progress(
            queue=int(queue[1]) if queue else None if step is not None else self.queue,
            step=self.step if step is None else step,
            total=self.total if total is None else total,
            epoch=(int(epoch[1]), int(epoch[2])) if epoch else self.epoch,
            loss=self.loss if loss is None else loss,
            began=began,
            now=event.created_at,
        )

    @property
    def done(self) -> tuple[float, float | None]:
        """(how much, of how much): steps where they are told, else epochs."""
        if self.step is not None and self.total:
            return self.step, self.total
        return self.epoch or (0, None)

    @property
    def seconds_left(self) -> float | None:
        """By the pace of the steps so far."""
        if self.began is None or self.step is None or not self.total:
            return None
        steps, seconds = self.step - self.began[0], self.now - self.began[1]
        return (self.total - self.step) * seconds / steps if steps > 0 and seconds > 0 else None

    @property
    def words(self) -> str:
        """For one line beside a bar."""
        said = [
            f"queue position {self.queue}" if self.queue is not None else "",
            f"step {self.step:g}/{self.total:g}" if self.step is not None and self.total else "",
            f"epoch {self.epoch[0]}/{self.epoch[1]}" if self.epoch else "",
            f"loss {self.loss:.3f}" if self.loss is not None else "",
        ]
        return ", ".join(part for part in said if part)


def _number(event: Event, name: str) -> float | None:
    value = event.data.get(name)
    return float(value) if isinstance(value, int | float) else None
