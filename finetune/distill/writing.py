"""The teacher writes one answer: told how far off it is until it holds, and started afresh if stuck."""

import asyncio
from collections.abc import Callable, Sequence
from typing import NamedTuple

from finetune.asking.asker import Asker
from finetune.asking.question import Answer, Question
from finetune.dataset.example import Message
from finetune.distill.inputs import Input
from finetune.distill.judge import Judge
from finetune.distill.outcome import Attempt, Effort, Outcome, effort_of
from finetune.errors import ProviderUnavailable
from finetune.evaluation.constraints import Constraint

AGAIN = (
    "That does not fit yet. {problems} "
    "Write the whole answer again, in the same language, and nothing else."
)


class Plan(NamedTuple):
    """Who writes, under which rules, and how often it may try.

    `distance` tells how far a text is from what is wanted, to name the best of the failed ones.
    """

    teacher: str
    system: str | None
    rules: Sequence[Constraint]
    improve: int = 5
    tries: int = 5
    temperature: float = 0.7  # of every try but the first
    max_tokens: int | None = None
    distance: Callable[[str], float] = lambda _: 0.0


class Writer:
    """Makes an accepted answer of an input, or says why there is none."""

    def __init__(self, asker: Asker, plan: Plan, judge: Judge | None = None) -> None:
        self._asker = asker
        self._plan = plan
        self._judge = judge
        self._stopped = False

    async def write(self, source: Input) -> Outcome:
        """Up to `tries` conversations. Raises ModelMissing, ProviderError, CancelledError.

        One on which the provider fails, after all retries, ends as rejected with that failure.
        """
        work = _Work(source, self._prompt(source))
        try:
            for number in range(self._plan.tries):
                work.tries = number + 1
                await self._try(work)
                if work.ended:
                    break
        except ProviderUnavailable as failure:
            return work.outcome()._replace(reason=str(failure), failure=failure)
        return work.outcome()

    def stop(self) -> None:
        """Begin no further call: those under way are the last."""
        self._stopped = True

    def _begin_call(self) -> None:
        if self._stopped:
            raise asyncio.CancelledError

    async def _try(self, work: "_Work") -> None:
        """One conversation: the answer, then up to `improve` corrections of it."""
        messages = work.prompt
        for number in range(self._plan.improve + 1):
            work.improvements = number
            self._begin_call()
            answer = await self._asker.ask(self._question(messages, work.tries - 1))
            work.teacher = work.teacher.plus(effort_of(answer))
            work.refused = _refusal(answer)
            if work.refused is not None:
                return
            attempt = await self._judged(work, answer)
            work.consider(attempt)
            if work.ended:
                return
            told = AGAIN.format(problems=" ".join(attempt.problems))
            messages = (
                *messages,
                Message(role="assistant", content=attempt.text),
                Message(role="user", content=told),
            )

    async def _judged(self, work: "_Work", answer: Answer) -> Attempt:
        text = answer.content.strip()
        problems = [problem for rule in self._plan.rules if (problem := rule.check(text))]
        if not text:
            problems = ["It is empty."]
        elif answer.finish_reason == "length":
            problems.insert(0, "It was cut off before its end.")
        if not problems and self._judge is not None:  # asked only about what could be taught
            self._begin_call()
            verdict, spent = await self._judge.verdict(work.source, text)
            work.judge = work.judge.plus(spent)
            problems = [verdict] if verdict else []
        return Attempt(text, tuple(problems), self._plan.distance(text))

    def _prompt(self, source: Input) -> tuple[Message, ...]:
        if self._plan.system is None:
            return source.messages
        rest = tuple(message for message in source.messages if message.role != "system")
        return (Message(role="system", content=self._plan.system), *rest)

    def _question(self, messages: tuple[Message, ...], sample: int) -> Question:
        return Question(
            model=self._plan.teacher,
            messages=messages,
            temperature=self._plan.temperature if sample else 0.0,
            max_tokens=self._plan.max_tokens,
            sample=sample,
        )


class _Work:
    """What is known of one input while it is written about."""

    def __init__(self, source: Input, prompt: tuple[Message, ...]) -> None:
        self.source = source
        self.prompt = prompt
        self.tries = self.improvements = 0
        self.teacher, self.judge = Effort(), Effort()
        self.refused: str | None = None
        self.best: Attempt | None = None

    @property
    def ended(self) -> bool:
        """Nothing more is to be asked: it holds, or the input itself was refused."""
        return self.refused is not None or (self.best is not None and not self.best.problems)

    def consider(self, attempt: Attempt) -> None:
        """Keep the better one: fewer problems, then nearer, then earlier."""
        if self.best is None or _rank(attempt) < _rank(self.best):
            self.best = attempt

    def outcome(self) -> Outcome:
        reason = self.refused
        if reason is None and self.best is not None and self.best.problems:
            reason = " ".join(self.best.problems)
        return Outcome(
            name=self.source.name,
            messages=self.prompt,
            best=self.best,
            reason=reason,
            tries=self.tries,
            improvements=self.improvements,
            teacher=self.teacher,
            judge=self.judge,
        )


def _rank(attempt: Attempt) -> tuple[int, float]:
    return len(attempt.problems), attempt.distance


def _refusal(answer: Answer) -> str | None:
    """Why this input is not to be asked about again: filtered, or declined by the model itself."""
    if answer.finish_reason == "content_filter":
        return answer.refusal or "the provider filtered the answer"
    if answer.finish_reason == "refusal":
        return f"the teacher declined: {answer.content.strip()[:300]}"
    return answer.refusal
