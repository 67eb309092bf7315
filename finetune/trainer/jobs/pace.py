"""When a training will be done, by the pace of its latest steps."""

from collections import deque

from finetune.trainer.engine import Step
from finetune.trainer.jobs.reports import Report

_LOOKED_AT = 200  # steps; enough to even out short and long ones


class Pace:
    """The steps of one process. They stand still between processes, so each begins anew."""

    def __init__(self) -> None:
        self._steps: deque[tuple[float, Step]] = deque(maxlen=_LOOKED_AT)

    def heed(self, report: Report) -> None:
        """One more report."""
        if report.progress is None:
            self._steps.clear()
        elif isinstance(report.progress, Step):
            self._steps.append((report.at, report.progress))

    @property
    def estimated_finish(self) -> int | None:
        """Unix seconds; None while too little is known."""
        if len(self._steps) < 2:
            return None
        (since, first), (at, last) = self._steps[0], self._steps[-1]
        if last.step <= first.step:
            return None
        seconds_a_step = max(at - since, 0.0) / (last.step - first.step)
        return round(at + (last.total_steps - last.step) * seconds_a_step)
