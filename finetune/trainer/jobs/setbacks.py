"""What to make of a training process that ended without a word: try again, wait, or give up.

Three tries without a new checkpoint between them are all; their number is kept in the job's events,
so that a restart of the server does not begin to count anew. A full disk is waited for instead.
"""

import signal
import time

from finetune.trainer.jobs.ending import LESS_MEMORY, NO_ROOM, Failed
from finetune.trainer.stores.job_store import Job, JobStore

TRIES = 3
_LONGEST_WAIT = 30.0


class Setbacks:
    """Those of one job. `patience`: seconds that a disk may be full."""

    def __init__(self, jobs: JobStore, job: Job, patience: float) -> None:
        self._jobs = jobs
        self._job_id = job.job_id
        self._patience = patience
        self._no_room_since: float | None = None
        self._waits = 0
        self._step = self._newest_step()

    def judge(self, code: int, *, stalled: bool) -> Failed | float:
        """Seconds to wait before the next try, or why there is none."""
        step = self._newest_step()
        if step > self._step:
            self._step, self._no_room_since, self._waits = step, None, 0
        if code == NO_ROOM and not stalled:
            return self.no_room()
        return self._crash(code, stalled=stalled)

    def no_room(self) -> Failed | float:
        """The disk or the storage did not take what had to be written."""
        now = time.monotonic()
        self._no_room_since = self._no_room_since or now
        if now - self._no_room_since >= self._patience:
            waited = f"{round(self._patience)} seconds"
            return Failed(
                "disk_full",
                f"The trainer's disk or storage could not be written to for {waited}. "
                "Make room there and create the job again.",
            )
        said = (
            "The trainer's disk is full or cannot be written to; "
            "the job goes on from its last checkpoint when there is room"
        )
        self._jobs.note(self._job_id, said, mark=f"no-room-{self._step}", level="warn")
        self._waits += 1
        return min(2.0 ** (self._waits - 1), _LONGEST_WAIT)

    def _crash(self, code: int, *, stalled: bool) -> Failed | float:
        mark = f"crash-{self._step}-"
        number = self._jobs.count(self._job_id, mark) + 1
        what = "gave no sign of progress any more" if stalled else _what_happened(code)
        if number < TRIES:
            goes_on = "going on from the last checkpoint" if self._step else "starting again"
            said = f"The training process {what}; {goes_on}"
            self._jobs.note(self._job_id, said, mark=f"{mark}{number}", level="warn")
            return float(number)
        times = f"The training process {what}, {TRIES} times without getting further."
        if stalled:
            return Failed("stalled", times)
        if code == -signal.SIGKILL:
            return Failed("out_of_memory", f"{times} {LESS_MEMORY}")
        return Failed("server_error", f"{times} The trainer's log has more.")

    def _newest_step(self) -> int:
        return max((kept.step for kept in self._jobs.checkpoints(self._job_id)), default=0)


def _what_happened(code: int) -> str:
    if code == -signal.SIGKILL:
        return "was killed (signal 9), as the system does when memory runs out"
    if code < 0:
        return f"was ended by signal {-code}"
    return f"ended by itself (code {code})"
