"""Name the tasks for docket, which runs them: how often, how long, how many at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from docket import ConcurrencyLimit, Cron, Docket, ExponentialRetry, Perpetual, Retry

from bot.domain.correcting import CorrectingMessage
from bot.tasks.answering import Answering
from bot.tasks.feedback import FeedbackWork
from bot.tasks.queue import Tasks
from bot.tasks.retraining import AGAIN, RunWork
from bot.tasks.schedule import due_time

Task = Callable[..., Awaitable[None]]

SHOWINGS = 200  # tries to show something while Slack is in trouble: more than three hours
SWEEP = timedelta(seconds=30)  # how soon a run started elsewhere is picked up
WATCH = timedelta(hours=6)  # between two looks at which models end; the list itself is kept a day
SHOWN_AT_LAST = ExponentialRetry(
    attempts=SHOWINGS, minimum_delay=timedelta(seconds=1), maximum_delay=timedelta(seconds=60)
)
DONE_AT_LAST = Retry.forever(delay=AGAIN)


@dataclass(frozen=True)
class Work:
    """All that is done in durable tasks."""

    answering: Answering
    feedback: FeedbackWork
    runs: RunWork
    remove: Callable[[str], Awaitable[None]]
    forget_person: Callable[[str, str, float], Awaitable[None]]
    schedule: str | None


def register(docket: Docket, work: Work, tasks: Tasks) -> None:
    """Every process that queues or works does this. Docket reads limits from default arguments."""
    docket.register(_answer(work.answering))
    for task in _feedback(work.feedback, tasks):
        docket.register(task)
    for task in _runs(work.runs, tasks):
        docket.register(task)
    for task in _removals(work):
        docket.register(task)
    docket.register(_sweep(work, tasks))
    if work.schedule is not None:
        docket.register(_scheduled(work.runs, tasks, work.schedule))


def _answer(work: Answering) -> Task:
    async def answer(
        team: str,
        turn_id: str,
        thread: str,  # noqa: ARG001  # what the concurrency limit below goes by
        retry: Retry = SHOWN_AT_LAST,  # noqa: ARG001
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("thread", 1),  # noqa: ARG001, B008
    ) -> None:
        await work.answer(team, turn_id)

    return answer


def _feedback(work: FeedbackWork, tasks: Tasks) -> tuple[Task, ...]:
    async def curate(
        team: str,
        reply_id: str,
        user: str,
        reply: str,  # noqa: ARG001
        retry: Retry = DONE_AT_LAST,  # noqa: ARG001
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("reply", 1),  # noqa: ARG001, B008
    ) -> None:
        stands = await work.curate(team, reply_id, user)
        if stands is not None:
            await tasks.reveal(stands)

    async def correct(message: str, retry: Retry = SHOWN_AT_LAST) -> None:  # noqa: ARG001
        await work.correcting.correct(CorrectingMessage.model_validate_json(message), tasks)

    async def reveal(
        team: str,
        reply_id: str,
        thread: str,  # noqa: ARG001  # as of `answer`: one hand at a time writes to a reply
        retry: Retry = SHOWN_AT_LAST,  # noqa: ARG001
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("thread", 1),  # noqa: ARG001, B008
    ) -> None:
        await work.corrected.show(team, reply_id)

    async def cover(team: str, channel: str, ts: str, retry: Retry = SHOWN_AT_LAST) -> None:  # noqa: ARG001
        await work.corrected.cover(team, channel, ts)

    async def tell_news(team: str, run_id: str, retry: Retry = SHOWN_AT_LAST) -> None:  # noqa: ARG001
        await work.news.tell(team, run_id)

    return curate, correct, reveal, cover, tell_news


def _runs(work: RunWork, tasks: Tasks) -> tuple[Task, ...]:
    async def advance(
        team: str,
        run_id: str,
        again: Perpetual = Perpetual(),  # noqa: B008
    ) -> None:
        again.after(AGAIN)  # unless this step succeeds
        pause = await work.advance(team, run_id)
        if pause is None:
            await tasks.tell_news(team, run_id)
            again.cancel()
        else:
            again.after(pause)

    async def watch(again: Perpetual = Perpetual(every=WATCH, automatic=True)) -> None:  # noqa: ARG001, B008
        await work.warn_of_ends()

    async def plan_run(team: str, due: str, retry: Retry = SHOWN_AT_LAST) -> None:  # noqa: ARG001
        run = await work.plan_by_schedule(team, datetime.fromisoformat(due))
        if run is not None:
            await tasks.advance(team, run.run_id)

    return advance, watch, plan_run


def _removals(work: Work) -> tuple[Task, ...]:
    async def remove_workspace(team: str, retry: Retry = DONE_AT_LAST) -> None:  # noqa: ARG001
        await work.remove(team)

    async def forget_person(
        team: str,
        user: str,
        until: float,
        retry: Retry = DONE_AT_LAST,  # noqa: ARG001
    ) -> None:
        await work.forget_person(team, user, until)

    return remove_workspace, forget_person


def _sweep(work: Work, tasks: Tasks) -> Task:
    async def sweep(again: Perpetual = Perpetual(every=SWEEP, automatic=True)) -> None:  # noqa: ARG001, B008
        for team, run in await work.runs.left_alone():
            await tasks.advance(team, run.run_id)
        for team, run in await work.runs.untold():
            await tasks.advance(team, run.run_id)
        for team, run_id in await work.feedback.untold():
            await tasks.tell_news(team, run_id)
        for reply in await work.feedback.unshown():
            await tasks.reveal(reply)

    return sweep


def _scheduled(work: RunWork, tasks: Tasks, expression: str) -> Task:
    async def scheduled(cron: Cron = Cron(expression)) -> None:  # noqa: ARG001, B008
        due = due_time(expression, datetime.now(UTC))
        for team in await work.teams():
            await tasks.plan_run(team, due)

    return scheduled
