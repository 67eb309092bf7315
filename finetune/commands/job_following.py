"""Shows a job as it gets on: events as they come, a progress line, the trouble in between, the end.

Used by `finetune jobs follow` and `finetune train FILE`. Ctrl-C ends the watching, not the job.
"""

import asyncio

from rich.markup import escape
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from finetune.commands.job_views import document, end, line, next_commands, plain, why
from finetune.commands.output import Output
from finetune.jobs.following import Back, Following, Lost, News
from finetune.jobs.job import SUCCEEDED, Event, Job
from finetune.jobs.progress import Progress
from finetune.jobs.provider import Watched
from finetune.jobs.starting import LAG


async def follow(
    provider: Watched, job_id: str, output: Output, poll: float, *, just_made: bool = False
) -> int:
    """Follow to the end; the exit code."""
    try:
        with _bars(output) as bars:
            screen = _Screen(output, bars)
            following = Following(
                provider, job_id, screen.show, poll, unknown_for=LAG if just_made else 0.0
            )
            job = await following.to_the_end()
    except asyncio.CancelledError:
        output.remark(
            f"Not watching any more; the job goes on. To watch it: finetune jobs follow {job_id}"
        )
        raise
    return ended(job, output)


def ended(job: Job, output: Output) -> int:
    """Say how a job ended; the exit code."""
    output.result({**document(job), "next_commands": next_commands(job)}, *end(job))
    if job.status == SUCCEEDED:
        return 0
    output.remark(f"finetune: {why(job)}; start another one with: finetune train FILE --again")
    return 1


class _Screen:
    """What was shown so far."""

    def __init__(self, output: Output, bars: Bars) -> None:
        self._output, self._bars = output, bars
        self._task = bars.add_task("", total=None)
        self._progress = Progress()
        self._status = ""

    def show(self, news: News) -> None:
        """One piece of news."""
        if isinstance(news, Event):
            self._progress = self._progress.after(news)
            self._say(line(news))
        elif isinstance(news, Job):
            self._status = news.status
        elif isinstance(news, Lost):
            self._output.remark(f"Connection lost ({news.reason}); trying again until it is back.")
        elif isinstance(news, Back):
            self._output.remark(f"Connection is back after {news.seconds:.0f} s.")
        self._draw()

    def _say(self, text: str) -> None:
        """Events are the result, unless a program wants a document."""
        if self._output.as_json:
            self._output.remark(text)
        else:
            self._output.result(None, text)

    def _draw(self) -> None:
        done, total = self._progress.done
        left = self._progress.seconds_left
        words = [self._status, self._progress.words, f"{left / 60:.0f} min left" if left else ""]
        shown = escape(plain(", ".join(word for word in words if word)))
        self._bars.update(self._task, description=shown, completed=done, total=total)


def _bars(output: Output) -> Bars:
    """Only drawn on a terminal; results that go into a file are not taken for the terminal's."""
    return Bars(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        console=output.remarks,
        transient=True,
        disable=not output.remarks.is_terminal,
        redirect_stdout=output.console.is_terminal,
    )
