"""Durable work: answer a turn, curate a reply's feedback, advance a run, keep the schedule.

Listeners queue it (through `Tasks`) before Slack gets its 200; any worker on the same Redis does
it, and does it again if it was killed. Every task is written so that doing it twice changes
nothing. One thread is answered in order, one reply curated at a time; all else runs in parallel.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from cronsim import CronSim
from docket import ConcurrencyLimit, Cron, Docket, ExponentialRetry, Perpetual, Retry

from bot.chat import Chat
from bot.curation import Curation, NoExample
from bot.domain.conversation import Reply, Turn
from bot.domain.correcting import CorrectingMessage
from bot.domain.feedback import Feedback
from bot.domain.ports import Champions, TaskQueue, Turns
from bot.errors import BotError, SurfaceRefused, SurfaceUnavailable
from finetune import Example, FinetuneError, Preview, Retiring, Run, Runs, RunState

log = structlog.get_logger(__name__)

ATTEMPTS = 5  # times the model is asked before the bot apologises
PATIENCE = 100.0  # seconds after which a person is told instead of the model being asked again
SHOWINGS = 200  # tries to show an answer while Slack is in trouble: more than three hours
SWEEP = timedelta(seconds=30)  # how soon a run started elsewhere is picked up
SECOND_LOOK = timedelta(minutes=5)  # after a removal: no answer takes longer
AGAIN = timedelta(seconds=10)  # after trouble on the way to the provider or to Slack
WATCH = timedelta(hours=6)  # between two looks at which models end; the list itself is kept a day
NEWS = 3600  # seconds during which the end of a run is worth trying to tell


class Notices(Protocol):
    """How people hear of what the tasks did."""

    async def show(self, team: str, run: Run) -> bool:
        """Whether the message is up to date; False when it is worth trying again."""
        ...


class Thanks(Protocol):
    """How a corrector hears what happens to the correction."""

    async def thank(self, reply: Reply, given: Feedback, made: Example | NoExample) -> None: ...


class Corrected(Protocol):
    """Where the channel sees what a reply was corrected to."""

    async def show(self, team: str, reply_id: str) -> None: ...

    async def due(self, team: str) -> list[str]:
        """Replies of which it shows something else than what counts by now."""
        ...


class Correcting(Protocol):
    """What a message "correct: …" does."""

    async def correct(self, message: CorrectingMessage, tasks: TaskQueue) -> None: ...


class News(Protocol):
    """How those hear of it whose corrections a model has learnt."""

    async def tell(self, team: str, run_id: str) -> None: ...

    async def due(self, team: str) -> list[str]:
        """Runs that went live lately and of which not everyone has heard."""
        ...


class Announcing(Protocol):
    """What admins hear unasked, each thing once."""

    async def skipped(self, team: str, due: datetime, preview: Preview, wanted: int) -> bool:
        """Whether a scheduled run must not start; then admins are told why."""
        ...

    async def ends(self, team: str, each: Retiring, champion: str) -> None:
        """Warn of a model's end in good time."""
        ...


class Kept(Protocol):
    """The cron expression by which the schedule's next time was set; empty for none."""

    async def schedule(self) -> str: ...

    async def save_schedule(self, expression: str) -> None: ...


@dataclass(frozen=True)
class Tasks:
    """`TaskQueue`: once a method returns, the work survives any crash."""

    docket: Docket
    retention: timedelta = timedelta(days=30)

    async def answer(self, turn: Turn) -> None:
        """Queue the answer; a turn that is queued or being answered already is left alone.

        A revised one is queued behind what is still being done about the question before.
        """
        queue = self.docket.add("answer", key=f"answer:{turn.team}:{turn.reply_id}")
        await queue(team=turn.team, turn_id=turn.turn_id, thread=f"{turn.team}:{turn.thread_id}")

    async def curate(self, team: str, reply_id: str, user: str) -> None:
        """Queue the curation of one reply's feedback, once for every verdict given."""
        await self.docket.add("curate")(
            team=team, reply_id=reply_id, user=user, reply=f"{team}:{reply_id}"
        )

    async def correct(self, message: CorrectingMessage) -> None:
        """Queue what a message asks for; delivered again, it is one task or does nothing more."""
        key = f"correct:{message.team}:{message.origin}:{message.at}:{message.gone}"
        await self.docket.add("correct", key=key)(message=message.model_dump_json())

    async def reveal(self, team: str, reply_id: str) -> None:
        """Queue showing a reply's corrections, one at a time."""
        await self.docket.add("reveal")(team=team, reply_id=reply_id, reply=f"{team}:{reply_id}")

    async def tell_news(self, team: str, run_id: str) -> None:
        """Queue the news of a run, unless it is queued."""
        key = f"news:{team}:{run_id}"
        await self.docket.add("tell_news", key=key)(team=team, run_id=run_id)

    async def remove_workspace(self, team: str) -> None:
        """Queue the removal of a workspace's data; the time counts from the last call."""
        when = datetime.now(UTC) + self.retention
        await self.docket.replace("remove_workspace", when=when, key=f"remove:{team}")(team=team)

    async def forget_person(self, team: str, user: str, until: float) -> None:
        """Queue the removal of what somebody said, and a second look at what was under way then."""
        for when in (datetime.now(UTC), datetime.now(UTC) + SECOND_LOOK):
            await self.docket.add("forget_person", when=when)(team=team, user=user, until=until)

    async def advance(self, team: str, run_id: str, *, at_once: bool = False) -> None:
        """Queue the next step of a run, unless one is queued; `at_once`: before its time, too."""
        key = f"advance:{team}:{run_id}"
        queue = (
            self.docket.replace("advance", when=datetime.now(UTC), key=key)
            if at_once
            else self.docket.add("advance", key=key)
        )
        await queue(team=team, run_id=run_id)


async def _leave(team: str) -> None:
    """For a bot of one workspace, whose operator removes the database."""
    log.info("workspace_left_as_it_is", team=team)


async def _remember(team: str, user: str, until: float) -> None:
    """What is done with people who opt out where nothing is kept of them."""


@dataclass(frozen=True)
class Work:
    """What the tasks do it with. `poll` is the pause between two looks at a running job."""

    chat: Chat
    turns: Turns
    curation: Curation
    notices: Notices
    thanks: Thanks
    corrected: Corrected
    correcting: Correcting
    news: News
    runs_of: Callable[[str], Runs]
    announcing: Announcing
    ending: Callable[[str], Awaitable[list[Retiring]]]
    champions: Champions
    teams: Callable[[], Awaitable[list[str]]]
    poll: timedelta
    schedule: str | None
    remove: Callable[[str], Awaitable[None]] = _leave
    forget_person: Callable[[str, str, float], Awaitable[None]] = _remember
    retention: timedelta = timedelta(days=30)
    min_new_examples: int = 1

    async def answer(self, team: str, turn_id: str) -> None:
        """Answer one turn, after those before it in its thread.

        A model that stays away is apologised for. While Slack is in trouble, and while an earlier
        turn waits for Slack, SurfaceUnavailable asks for another try later.
        """
        turn = await self.turns.get(team, turn_id)
        if turn is None:
            log.warning("turn_expired", team=team, turn=turn_id)
            return
        if await self.turns.waits(turn):
            raise SurfaceUnavailable("an earlier turn of the thread is still to be answered")
        try:
            await self._answer(turn)
        except SurfaceRefused as error:
            log.warning("answer_not_shown", team=team, turn=turn_id, error=str(error))
            await self.chat.drop(turn)

    async def _answer(self, asked: Turn) -> None:
        """Ask again within the task, so that nobody overtakes this turn in its thread."""
        began, trouble = time.monotonic(), None
        for attempt in range(ATTEMPTS):
            turn = await self.turns.get(asked.team, asked.turn_id)
            if turn is None or turn.revision != asked.revision:
                return None  # deleted, or changed: then it is queued anew
            try:
                return await self.chat.reply(turn)
            except (SurfaceRefused, SurfaceUnavailable):
                raise
            except Exception as error:
                log.exception("answer_failed", turn=turn.turn_id, attempt=attempt + 1)
                trouble = error if isinstance(error, BotError) else None
            if time.monotonic() - began > PATIENCE:
                break
            if attempt + 1 < ATTEMPTS:
                await asyncio.sleep(min(2**attempt, 8))
        return await self.chat.give_up(asked, trouble)

    async def curate(self, team: str, reply_id: str, user: str) -> None:
        """Bring the dataset in line with the feedback, then thank who corrected."""
        made = await self.curation.curate(team, reply_id, user)
        reply = await self.turns.reply(team, reply_id)
        if isinstance(made, NoExample):
            log.info("no_example", reply=reply_id, reason=made.reason)
        given = await self.curation.given(team, reply_id, user)
        if reply is not None and given is not None and given.correction:
            await self.thanks.thank(reply, given, made)

    async def advance(self, team: str, run_id: str) -> timedelta | None:
        """One step of a run and its message; how long to wait before the next, None when over."""
        runs = self.runs_of(team)
        before = await runs.get(run_id)
        run = await runs.advance(run_id)
        shown = await self.notices.show(team, run)
        if run.ended or run.waiting:
            late = time.time() - run.updated_at > NEWS
            return None if shown or late else AGAIN
        idle = run.state is RunState.TRAINING or run.version == before.version
        return self.poll if idle else timedelta(0)

    async def left_alone(self) -> list[tuple[str, Run]]:
        """Runs that have steps to go, wherever they were started: by the CLI, before a crash."""
        return [
            (team, run)
            for team in await self.teams()
            for run in await self.runs_of(team).unfinished()
            if not run.waiting
        ]

    async def untold(self) -> list[tuple[str, str]]:
        """Runs that went live, by whichever hand, and of which not everyone has heard."""
        return [(team, run) for team in await self.teams() for run in await self.news.due(team)]

    async def unshown(self) -> list[tuple[str, str]]:
        """Replies about whose corrections was decided, by whichever hand."""
        teams = await self.teams()
        return [(team, reply) for team in teams for reply in await self.corrected.due(team)]

    async def plan_by_schedule(self, due: datetime) -> list[tuple[str, Run]]:
        """Start a run in every workspace where the conditions hold; say where they do not.

        `due` names the time of the schedule: done twice for one, it starts and says nothing more.
        """
        started = []
        for team in await self.teams():
            try:
                run = await self._scheduled(team, due)
            except (BotError, FinetuneError) as error:  # the other workspaces have theirs
                log.warning("schedule_skipped", team=team, reason=str(error))
                continue
            if run is not None:
                started.append((team, run))
        return started

    async def _scheduled(self, team: str, due: datetime) -> Run | None:
        runs, key = self.runs_of(team), f"schedule:{due:%Y-%m-%dT%H:%M}"
        if (before := await runs.planned(key)) is not None:
            return before
        preview = await runs.preview()
        if await self.announcing.skipped(team, due, preview, self.min_new_examples):
            log.info("schedule_skipped", team=team, due=due.isoformat())
            return None
        return await runs.plan(key=key, requested_by="", trigger="schedule")

    async def warn_of_ends(self) -> None:
        """Tell admins in every workspace of models that will be shut down."""
        for team in await self.teams():
            try:
                champion = await self.champions.champion(team)
                for each in await self.ending(team):
                    await self.announcing.ends(team, each, champion)
            except BotError as error:  # tomorrow again
                log.warning("end_not_told", team=team, error=str(error))


def due_time(expression: str, now: datetime) -> datetime:
    """The last time that the schedule names up to now: the same however late its task runs."""
    return next(CronSim(expression, now + timedelta(seconds=1), reverse=True))


async def reschedule(docket: Docket, expression: str | None, kept: Kept) -> None:
    """Docket keeps the next time of a task it knows: forget it when the expression has changed."""
    wanted = expression or ""
    if await kept.schedule() != wanted:
        await docket.cancel("scheduled")
        await kept.save_schedule(wanted)


def register(docket: Docket, work: Work) -> Tasks:
    """Name the tasks for this docket; every process that queues or works does this."""
    tasks = Tasks(docket, work.retention)

    async def answer(
        team: str,
        turn_id: str,
        thread: str,  # noqa: ARG001  # what the concurrency limit below goes by
        retry: Retry = ExponentialRetry(  # noqa: ARG001, B008  # docket's way to declare dependencies
            attempts=SHOWINGS,
            minimum_delay=timedelta(seconds=1),
            maximum_delay=timedelta(seconds=60),
        ),
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("thread", 1),  # noqa: ARG001, B008
    ) -> None:
        await work.answer(team, turn_id)

    async def curate(
        team: str,
        reply_id: str,
        user: str,
        reply: str,  # noqa: ARG001
        retry: Retry = Retry.forever(delay=AGAIN),  # noqa: ARG001, B008
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("reply", 1),  # noqa: ARG001, B008
    ) -> None:
        await work.curate(team, reply_id, user)
        await tasks.reveal(team, reply_id)

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

    async def remove_workspace(
        team: str,
        retry: Retry = Retry.forever(delay=AGAIN),  # noqa: ARG001, B008
    ) -> None:
        await work.remove(team)

    async def forget_person(
        team: str,
        user: str,
        until: float,
        retry: Retry = Retry.forever(delay=AGAIN),  # noqa: ARG001, B008
    ) -> None:
        await work.forget_person(team, user, until)

    for task in _feedback_tasks(work, tasks):
        docket.register(task)
    for task in (
        answer,
        curate,
        advance,
        remove_workspace,
        forget_person,
        _sweep(work, tasks),
        _watch(work),
    ):
        docket.register(task)
    if work.schedule is not None:
        docket.register(_scheduled(work, tasks, work.schedule))
    return tasks


def _feedback_tasks(work: Work, tasks: Tasks) -> Sequence[Callable[..., Awaitable[None]]]:
    """What follows from feedback, beside curation."""

    async def correct(
        message: str,
        retry: Retry = ExponentialRetry(  # noqa: ARG001, B008
            attempts=SHOWINGS,
            minimum_delay=timedelta(seconds=1),
            maximum_delay=timedelta(seconds=60),
        ),
    ) -> None:
        await work.correcting.correct(CorrectingMessage.model_validate_json(message), tasks)

    async def reveal(
        team: str,
        reply_id: str,
        reply: str,  # noqa: ARG001
        retry: Retry = ExponentialRetry(  # noqa: ARG001, B008
            attempts=SHOWINGS,
            minimum_delay=timedelta(seconds=1),
            maximum_delay=timedelta(seconds=60),
        ),
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("reply", 1),  # noqa: ARG001, B008
    ) -> None:
        await work.corrected.show(team, reply_id)

    async def tell_news(
        team: str,
        run_id: str,
        retry: Retry = ExponentialRetry(  # noqa: ARG001, B008
            attempts=SHOWINGS,
            minimum_delay=timedelta(seconds=1),
            maximum_delay=timedelta(seconds=60),
        ),
    ) -> None:
        await work.news.tell(team, run_id)

    return correct, reveal, tell_news


def _sweep(work: Work, tasks: Tasks) -> Callable[..., Awaitable[None]]:
    async def sweep(again: Perpetual = Perpetual(every=SWEEP, automatic=True)) -> None:  # noqa: ARG001, B008
        for team, run in await work.left_alone():
            await tasks.advance(team, run.run_id)
        for team, run_id in await work.untold():
            await tasks.tell_news(team, run_id)
        for team, reply_id in await work.unshown():
            await tasks.reveal(team, reply_id)

    return sweep


def _watch(work: Work) -> Callable[..., Awaitable[None]]:
    async def watch(again: Perpetual = Perpetual(every=WATCH, automatic=True)) -> None:  # noqa: ARG001, B008
        await work.warn_of_ends()

    return watch


def _scheduled(work: Work, tasks: Tasks, expression: str) -> Callable[..., Awaitable[None]]:
    async def scheduled(cron: Cron = Cron(expression)) -> None:  # noqa: ARG001, B008
        for team, run in await work.plan_by_schedule(due_time(expression, datetime.now(UTC))):
            await tasks.advance(team, run.run_id)

    return scheduled
