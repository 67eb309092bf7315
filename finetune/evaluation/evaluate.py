"""Asks champion and candidate the same cases and reports who answers what.

Asked in bounded batches, each answer kept as it arrives: a step is short, and a killed one loses
nothing. Read by the run's evaluating stage.
"""

import asyncio
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from finetune.asking.question import Answer, Asking, KeptAnswers, Question
from finetune.dataset.example import Message
from finetune.errors import ModelMissing, ProviderError, ProviderUnavailable, QuestionRefused
from finetune.evaluation.answers import answer_key, refusal_key
from finetune.evaluation.cases import Case
from finetune.evaluation.passes import degenerate, passes
from finetune.evaluation.report import REFUSED, CaseResult, Report

AT_ONCE = 4
BATCH = 40
Questions = dict[str, tuple[str, Sequence[Message]]]  # answer_key → model and messages


class Progress(NamedTuple):
    """How far the asking is; `report` once all is answered."""

    asked: int
    to_ask: int
    report: Report | None


class _Standing(NamedTuple):
    """What a step knew: read again for each, thousands of cases would take the square of the time."""

    cases: Sequence[Case]
    models: tuple[str, str]
    questions: Questions
    known: dict[str, Answer]


class Evaluator:
    """Compares two models on cases."""

    def __init__(self, asking: Asking, answers: KeptAnswers, at_once: int = AT_ONCE) -> None:
        self._asking = asking
        self._answers = answers
        self._at_once, self._batch = at_once, max(BATCH, 4 * at_once)
        self._last: _Standing | None = None

    async def step(
        self, cases: Sequence[Case], champion: str, candidate: str, *, fresh: bool = False
    ) -> Progress:
        """Ask the next batch of what has not been answered.

        One question that a model refuses counts as not answered by it; ProviderError when the
        candidate refuses them all. ProviderUnavailable while a `fresh` candidate is not served.
        """
        questions, known = await self._standing(cases, champion, candidate)
        batch = list(islice((key for key in questions if key not in known), self._batch))
        known |= await self._known(batch, candidate)  # somebody else may have asked
        batch = [key for key in batch if key not in known]
        known |= dict(
            zip(batch, await self._ask(batch, questions, candidate, fresh=fresh), strict=True)
        )
        if len(known) < len(questions):
            return Progress(len(known), len(questions), None)
        self._last = None
        return Progress(len(known), len(questions), _report(cases, champion, candidate, known))

    async def _standing(
        self, cases: Sequence[Case], champion: str, candidate: str
    ) -> tuple[Questions, dict[str, Answer]]:
        """Questions and answers; those of the last step where it was about the very same cases."""
        last = self._last
        if last is None or last.cases is not cases or last.models != (champion, candidate):
            questions = _questions(cases, (champion, candidate))
            known = await self._known(list(questions), candidate)
            last = self._last = _Standing(cases, (champion, candidate), questions, known)
        return last.questions, last.known

    async def _known(self, keys: list[str], candidate: str) -> dict[str, Answer]:
        """What was answered or refused before."""
        known = await self._answers.get(keys)
        refused = {refusal_key(key, candidate): key for key in keys if key not in known}
        found = await self._answers.get(list(refused))
        return known | {refused[key]: answer for key, answer in found.items()}

    async def _ask(
        self, keys: list[str], questions: Questions, candidate: str, *, fresh: bool
    ) -> list[Answer]:
        """All keys, a few at a time. One failure is raised after the others have been kept."""
        places = asyncio.Semaphore(self._at_once)

        async def ask(key: str) -> Answer:
            async with places:
                try:
                    model, messages = questions[key]
                    question = Question(model=model, messages=tuple(messages))
                    answer, kept = await self._asking.ask(question), key
                except QuestionRefused as refusal:
                    missing = isinstance(refusal, ModelMissing)
                    if missing and fresh and questions[key][0] == candidate:
                        raise ProviderUnavailable(f"{refusal} (not served yet?)") from None
                    answer = Answer(content="", refusal=str(refusal))
                    kept = refusal_key(key, candidate)
            await self._answers.put(kept, answer)
            return answer

        results = await asyncio.gather(*(ask(key) for key in keys), return_exceptions=True)
        answers = [result for result in results if isinstance(result, Answer)]
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return answers


def _questions(cases: Sequence[Case], models: Sequence[str]) -> Questions:
    return {
        answer_key(model, case.messages): (model, case.messages)
        for case in cases
        for model in models
    }


def _report(
    cases: Sequence[Case], champion: str, candidate: str, known: dict[str, Answer]
) -> Report:
    before = [known[answer_key(champion, case.messages)] for case in cases]
    after = [known[answer_key(candidate, case.messages)] for case in cases]
    refusals = [answer.refusal for answer in after if answer.refusal is not None]
    if refusals and len(refusals) == len(after):
        raise ProviderError(refusals[0])
    return Report(
        champion=champion,
        candidate=candidate,
        cases=tuple(map(_result, cases, before, after)),
        champion_refusal=next((a.refusal for a in before if a.refusal is not None), None),
        candidate_refusal=next(iter(refusals), None),
    )


def _result(case: Case, champion: Answer, candidate: Answer) -> CaseResult:
    champion_broken, broken = _broken(case, champion), _broken(case, candidate)
    return CaseResult(
        example_id=case.example_id,
        group=case.group,
        question=case.question,
        wanted=case.wanted,
        rejected=case.rejected,
        champion_answer=champion.content,
        candidate_answer=candidate.content,
        champion_passes=not champion_broken
        and passes(case.wanted, case.rejected, champion.content),
        candidate_passes=not broken and passes(case.wanted, case.rejected, candidate.content),
        degenerate=broken,
        champion_degenerate=champion_broken,
    )


def _broken(case: Case, answer: Answer) -> str | None:
    if answer.refusal is not None:
        return REFUSED
    return degenerate(answer.content, answer.finish_reason, case.wanted)
