"""What listeners queue: each call is one durable task, in Redis once it returns."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import cast

from docket import Docket, Execution
from docket._execution_scripts import _schedule

from bot.domain.aside import Piece
from bot.domain.conversation import Reply, Turn
from bot.domain.correcting import CorrectingMessage
from bot.together import Together

QUEUE = _schedule.lua  # what docket has the server do for `queueing`
SECOND_LOOK = timedelta(minutes=5)  # after a removal: no answer takes longer


def answer_key(team: str, reply_id: str) -> str:
    """Names the task that gives this reply."""
    return f"answer:{team}:{reply_id}"


def queueing(docket: Docket, turn: Turn) -> tuple[list[str], list[str | bytes | int | float]]:
    """KEYS and ARGV with which `QUEUE` does what `Tasks.answer` does for a turn.

    Docket can only do that alone: these are parts of it that it does not promise to keep.
    """
    key, now = answer_key(turn.team, turn.reply_id), datetime.now(UTC)
    kind, said = docket.tasks["answer"], _about(turn)
    task = Execution(docket, kind, (), said, key, now, attempt=1, function_name="answer")
    told, _ = task._schedule_script_args(replace=False)  # noqa: SLF001
    return _schedule._keys_and_argv((), told)  # noqa: SLF001


@dataclass(frozen=True)
class Tasks:
    """`TaskQueue`: once a method returns, the work survives any crash."""

    docket: Docket
    retention: timedelta = timedelta(days=30)

    def knows(self, kind: str) -> bool:
        """Whether this version of the bot does such work."""
        return kind in self.docket.tasks

    async def redo(self, piece: Piece) -> None:
        """Queue work that was put aside, under the key it had, unless it is queued."""
        await self.docket.add(piece.kind, key=piece.key)(**piece.arguments)

    async def put_back(self, raw: Mapping[str, str]) -> None:
        """Queue a message as it was taken off the queue, its fields in base64."""
        fields = {name: b64decode(value) for name, value in raw.items()}
        async with self.docket.redis() as redis:
            await redis.xadd(self.docket.stream_key, fields)  # type: ignore[arg-type]  # str is fine

    async def answer(self, turn: Turn) -> None:
        """Queue the answer; a turn that is queued or being answered already is left alone.

        A revised one is queued behind what is still being done about the question before.
        """
        await self._answers(turn)

    @cached_property
    def _answers(self) -> Together[Turn, None]:
        return Together(self._queue_answers)

    async def _queue_answers(self, turns: Sequence[Turn]) -> list[Exception | None]:
        """Of many, docket sends its script along: for one it is a round trip more."""
        if len(turns) == 1:
            key = answer_key(turns[0].team, turns[0].reply_id)
            await self.docket.add("answer", key=key)(**_about(turns[0]))
            return [None]
        calls = [
            self.docket.call("answer", key=answer_key(turn.team, turn.reply_id))(**_about(turn))
            for turn in turns
        ]
        queued = await self.docket.add_many(calls)
        return cast("list[Exception | None]", [each.schedule_exception for each in queued])

    async def curate(self, team: str, reply_id: str, user: str) -> None:
        """Queue the curation of one reply's feedback, once for every verdict given."""
        await self.docket.add("curate")(
            team=team, reply_id=reply_id, user=user, reply=f"{team}:{reply_id}"
        )

    async def correct(self, message: CorrectingMessage) -> None:
        """Queue what a message asks for; delivered again, it is one task or does nothing more."""
        key = f"correct:{message.team}:{message.origin}:{message.at}:{message.gone}"
        await self.docket.add("correct", key=key)(message=message.model_dump_json())

    async def reveal(self, reply: Reply) -> None:
        """Queue showing a reply's corrections; never while an answer of its thread is written."""
        await self.docket.add("reveal")(
            team=reply.team, reply_id=reply.reply_id, thread=f"{reply.team}:{reply.thread_id}"
        )

    async def cover(self, team: str, channel: str, ts: str) -> None:
        """Queue taking a shown correction away."""
        await self.docket.add("cover")(team=team, channel=channel, ts=ts)

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

    async def plan_run(self, team: str, due: datetime) -> None:
        """Queue what the schedule wants in a workspace, once for each time it is due."""
        when = due.isoformat()
        await self.docket.add("plan_run", key=f"plan:{team}:{when}")(team=team, due=when)

    async def advance(self, team: str, run_id: str, *, at_once: bool = False) -> None:
        """Queue the next step of a run, unless one is queued; `at_once`: before its time, too."""
        key = f"advance:{team}:{run_id}"
        queue = (
            self.docket.replace("advance", when=datetime.now(UTC), key=key)
            if at_once
            else self.docket.add("advance", key=key)
        )
        await queue(team=team, run_id=run_id)


def _about(turn: Turn) -> dict[str, str]:
    """What its task is told."""
    return {"team": turn.team, "turn_id": turn.turn_id, "thread": f"{turn.team}:{turn.thread_id}"}
