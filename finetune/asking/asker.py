"""Asks many questions at once within limits, and keeps each answer the moment it arrives.

Killed and started again, it pays only for what was never answered.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable

from finetune.asking.question import Answer, Asking, KeptAnswers, Question
from finetune.errors import ModelMissing, QuestionRefused


class Asker:
    """At most `at_once` requests under way, and at most `per_minute` started in a minute."""

    def __init__(
        self,
        asking: Asking,
        kept: KeptAnswers | None = None,
        *,
        at_once: int = 8,
        per_minute: float | None = None,
    ) -> None:
        self.at_once = at_once
        self.calls = 0  # requests made, without those answered from what was kept
        self._asking = asking
        self._kept = kept
        self._places = asyncio.Semaphore(at_once)
        self._pause = 60.0 / per_minute if per_minute else 0.0
        self._next_start = 0.0

    async def ask(self, question: Question) -> Answer:
        """The kept answer, or a new one. A question that is refused is answered by its refusal.

        Raises ModelMissing, ProviderError, ProviderUnavailable.
        """
        if self._kept is not None:
            known = await self._kept.get([question.key])
            if question.key in known:
                return known[question.key]
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
            await self._kept.put(question.key, answer)
        return answer

    async def ask_all(
        self, questions: Iterable[Question]
    ) -> AsyncIterator[tuple[int, Question, Answer]]:
        """(place from 0, question, answer) as answers arrive; reads no further ahead than needed.

        Ending the iteration early gives up what is under way.
        """
        waiting: set[asyncio.Task[tuple[int, Question, Answer]]] = set()
        source = iter(enumerate(questions))
        try:
            while True:
                while len(waiting) < self.at_once and (found := next(source, None)) is not None:
                    waiting.add(asyncio.create_task(self._placed(*found)))
                if not waiting:
                    return
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        finally:
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _placed(self, place: int, question: Question) -> tuple[int, Question, Answer]:
        return place, question, await self.ask(question)

    async def _turn(self) -> None:
        """Starts are spread evenly over each minute."""
        if not self._pause:
            return
        now = time.monotonic()
        start = max(now, self._next_start)
        self._next_start = start + self._pause
        await asyncio.sleep(start - now)
