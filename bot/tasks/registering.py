"""Name the tasks for docket, which runs them: how often, how long, how many at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from docket import ConcurrencyLimit, Cron, CurrentExecution, Docket, Perpetual
from docket.execution import Execution

from bot.domain.aside import Piece, Why
from bot.domain.conversation import turn_id_of
from bot.domain.correcting import CorrectingMessage
from bot.tasks.answering import Answering
from bot.tasks.docketing import Again, Bounds, OnceMore, piece_of
from bot.tasks.feedback import FeedbackWork
from bot.tasks.parked import Parked
from bot.tasks.queue import Tasks, answer_key
from bot.tasks.retraining import RunWork
from bot.tasks.schedule import due_time
from bot.tasks.sweeping import Sweeping
from bot.tasks.trying import DUTY, Trying

Task = Callable[..., Awaitable[None]]

SWEEP = timedelta(seconds=30)  # how soon a run started elsewhere is picked up
WATCH = timedelta(hours=6)  # between two looks at which models end; the list itself is kept a day


@dataclass(frozen=True)
class Work:
    """All that is done in durable tasks."""

    answering: Answering
    feedback: FeedbackWork
    runs: RunWork
    remove: Callable[[str], Awaitable[None]]
    tidy: Callable[[str], Awaitable[None]]
    forget_person: Callable[[str, str, float], Awaitable[None]]
    schedule: str | None
    trying: Trying


def register(docket: Docket, work: Work, tasks: Tasks) -> None:
    """Every process that queues or works does this. Docket reads limits from default arguments."""
    again = Again(Bounds(work.trying))
    for made in (
        _answer(work, again),
        *_feedback(work, tasks, again),
        *_showing(work, again),
        *_runs(work, tasks, again),
        *_removals(work, again),
        _sweep(work, tasks),
    ):
        docket.register(made)
    if work.schedule is not None:
        docket.register(_scheduled(work.runs, tasks, work.schedule))


def _answer(work: Work, at_last: Again) -> Task:
    async def answer(
        team: str,
        turn_id: str,
        thread: str,  # what the concurrency limit below goes by
        task: Execution = CurrentExecution(),  # noqa: B008
        again: OnceMore = OnceMore(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("thread", 1),  # noqa: ARG001, B008
    ) -> None:
        # The queue keeps no order: an earlier turn is answered first, whoever comes for it.
        piece = piece_of(task)
        taken = await work.answering.take_up(piece, turn_id, thread)
        now = turn_id_of(taken.due)

        async def reply() -> None:
            await work.answering.answer(team, now, thread, taken.read)

        async def apologise(why: Why) -> bool:
            return await work.answering.apologise(team, now, thread, why)

        if now != turn_id:
            arguments = {**piece.arguments, "turn_id": now}
            key = answer_key(team, taken.due)
            piece = Piece(kind=piece.kind, team=team, key=key, arguments=arguments)
            again.ask()
        if not await work.trying(piece, reply, last_word=apologise, before=taken.before):
            await work.answering.leave(team, taken.due)

    return answer


def _feedback(work: Work, tasks: Tasks, at_last: Again) -> tuple[Task, ...]:
    feedback = work.feedback

    async def curate(
        team: str,
        reply_id: str,
        user: str,
        reply: str,  # noqa: ARG001
        task: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("reply", 1),  # noqa: ARG001, B008
    ) -> None:
        async def bring_in_line() -> None:
            stands = await feedback.curate(team, reply_id, user)
            if stands is not None:
                await tasks.reveal(stands)

        await work.trying(piece_of(task), bring_in_line, DUTY)

    async def correct(
        message: str,
        task: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001
    ) -> None:
        said = CorrectingMessage.model_validate_json(message)
        names = said.model_dump(include={"team", "channel", "ts", "thread_ts", "user", "at"})

        async def take() -> None:
            await feedback.correcting.correct(said, tasks)

        await work.trying(piece_of(task, **names, gone=said.gone), take)

    return curate, correct


def _showing(work: Work, at_last: Again) -> tuple[Task, ...]:
    feedback = work.feedback

    async def reveal(
        team: str,
        reply_id: str,
        thread: str,  # noqa: ARG001  # as of `answer`: one hand at a time writes to a reply
        task: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("thread", 1),  # noqa: ARG001, B008
    ) -> None:
        await work.trying(piece_of(task), lambda: feedback.corrected.show(team, reply_id))

    async def cover(
        team: str,
        channel: str,
        ts: str,
        task: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001
    ) -> None:
        await work.trying(piece_of(task), lambda: feedback.corrected.cover(team, channel, ts))

    async def tell_news(
        team: str,
        run_id: str,
        task: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001
    ) -> None:
        await work.trying(piece_of(task), lambda: feedback.news.tell(team, run_id))

    return reveal, cover, tell_news


def _runs(work: Work, tasks: Tasks, at_last: Again) -> tuple[Task, ...]:
    async def advance(
        team: str,
        run_id: str,
        task: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001  # after an error it decides, not `again`
        again: Perpetual = Perpetual(),  # noqa: B008
    ) -> None:
        async def step() -> None:
            pause = await work.runs.advance(team, run_id)
            if pause is None:
                await tasks.tell_news(team, run_id)
                again.cancel()
            else:
                again.after(pause)

        if not await work.trying(piece_of(task), step, DUTY):
            again.cancel()

    async def watch(again: Perpetual = Perpetual(every=WATCH, automatic=True)) -> None:  # noqa: ARG001, B008
        await work.runs.warn_of_ends()

    async def plan_run(
        team: str,
        due: str,
        task: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001
    ) -> None:
        async def plan() -> None:
            run = await work.runs.plan_by_schedule(team, datetime.fromisoformat(due))
            if run is not None:
                await tasks.advance(team, run.run_id)

        await work.trying(piece_of(task), plan)

    return advance, watch, plan_run


def _removals(work: Work, at_last: Again) -> tuple[Task, ...]:
    async def remove_workspace(
        team: str,
        task: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001
    ) -> None:
        await work.trying(piece_of(task), lambda: work.remove(team), DUTY)

    async def forget_person(
        team: str,
        user: str,
        until: float,
        task: Execution = CurrentExecution(),  # noqa: B008
        retry: Again = at_last,  # noqa: ARG001
    ) -> None:
        await work.trying(piece_of(task), lambda: work.forget_person(team, user, until), DUTY)

    return remove_workspace, forget_person


def _sweep(work: Work, tasks: Tasks) -> Task:
    sweeping = Sweeping(work.runs, work.feedback, tasks, work.trying.aside, work.tidy)
    parked = Parked(tasks.docket)

    async def sweep(again: Perpetual = Perpetual(every=SWEEP, automatic=True)) -> None:  # noqa: ARG001, B008
        await sweeping.sweep()
        await parked.wake()

    return sweep


def _scheduled(work: RunWork, tasks: Tasks, expression: str) -> Task:
    async def scheduled(cron: Cron = Cron(expression)) -> None:  # noqa: ARG001, B008
        due = due_time(expression, datetime.now(UTC))
        for team in await work.teams():
            await tasks.plan_run(team, due)

    return scheduled
