"""Asks many questions at once within limits, and keeps each answer the moment it arrives.

Killed and started again, it pays only for what was never answered.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

from finetune.asking.question import Answer, Asking, KeptAnswers, Question
from finetune.errors import ModelMissing, QuestionRefused

Placed = tuple[int, Question, Answer]
GRACE = 15.0  # seconds that answers under way are given after one request has failed


class Asker:
    """At most `at_once` requests under way, and at most `per_minute` started in a minute.

    The same question asked twice at once is sent once. `fresh` asks anew what was answered in
    earlier times, and keeps the new answer.
    """

    def __init__(
        self,
        asking: Asking,
        kept: KeptAnswers | None = None,
        *,
        at_once: int = 8,
        per_minute: float | None = None,
        fresh: bool = False,
    ) -> None:
        self.at_once = at_once
        self.calls = 0  # questions sent, without those answered from what was kept
        self._asking = asking
        self._kept = kept
        self._fresh = fresh
        self._renewed: set[str] = set()  # keys that a `fresh` asker has asked itself
        self._under_way: dict[str, asyncio.Future[Answer]] = {}
        self._places = asyncio.Semaphore(at_once)
        self._pause = 60.0 / per_minute if per_minute else 0.0
        self._next_start = 0.0

    async def ask(self, question: Question) -> Answer:
        """The kept answer, or a new one. A question that is refused is answered by its refusal.

        Raises ModelMissing, ProviderError, ProviderUnavailable.
        """
        key = question.key
        while (sent := self._under_way.get(key)) is not None:
            await asyncio.wait([sent])
            if not sent.cancelled():
                return sent.result()
        sent = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await self._known_or_new(key, question)
        except Exception as error:
            sent.set_exception(error)
            sent.exception()  # someone else may want it, or nobody
            raise
        else:
            sent.set_result(answer)
            return answer
        finally:
            sent.cancel()  # when it was given up; else it has no effect
            del self._under_way[key]

    async def ask_all(self, questions: Iterable[Question]) -> AsyncIterator[Placed]:
        """(place from 0, question, answer) as answers arrive; reads no further ahead than needed.

        Ending the iteration early gives up what is under way. When a request fails for good, those
        under way are given GRACE seconds to be answered and kept, for they are paid for.
        """
        waiting: set[asyncio.Task[Placed]] = set()
        done: set[asyncio.Task[Placed]] = set()
        source = iter(enumerate(questions))
        try:
            while True:
                while len(waiting) < self.at_once and (found := next(source, None)) is not None:
                    waiting.add(asyncio.create_task(self._placed(*found)))
                if not waiting:
                    return
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                failed = any(task.cancelled() or task.exception() for task in done)
                if failed and waiting:
                    await asyncio.wait(waiting, timeout=GRACE)
                for task in done:
                    yield task.result()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, *done, return_exceptions=True)  # none is left unheard

    async def _placed(self, place: int, question: Question) -> Placed:
        return place, question, await self.ask(question)

    async def _known_or_new(self, key: str, question: Question) -> Answer:
        if self._kept is not None and (not self._fresh or key in self._renewed):
            known = await self._kept.get([key])
            if key in known:
                return known[key]
        async with self._places:
            await self._turn()
            self.calls += 1
            try:
                answer = await self._asking.ask(question)
            except ModelMissing:
                raise
            except QuestionRefused as refusal:
                return Answer(content="", refusal=str(refusal))  # not kept: ask again another day
        if self._kept is not None:
            await self._kept.put(key, answer)
            if self._fresh:
                self._renewed.add(key)
        return answer

    async def _turn(self) -> None:
        """Starts are spread evenly over each minute."""
        if not self._pause:
            return
        now = time.monotonic()
        start = max(now, self._next_start)
        self._next_start = start + self._pause
        await asyncio.sleep(start - now)
