"""Asks champion and candidate the same cases and reports who answers what.

Asked in bounded batches, each answer kept as it arrives: a step is short, and a killed one loses
nothing. Read by the run's evaluating stage.
"""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from finetune.dataset.example import Message
from finetune.evaluation.answers import Answer, Answering, Answers, answer_key
from finetune.evaluation.cases import Case
from finetune.evaluation.passes import degenerate, passes
from finetune.evaluation.report import CaseResult, Report

AT_ONCE = 4
BATCH = 40


class Progress(NamedTuple):
    """How far the asking is; `report` once all is answered."""

    asked: int
    to_ask: int
    report: Report | None


class Evaluator:
    """Compares two models on cases."""

    def __init__(self, answering: Answering, answers: Answers) -> None:
        self._answering = answering
        self._answers = answers

    async def step(self, cases: Sequence[Case], champion: str, candidate: str) -> Progress:
        """Ask the next batch of what has not been answered."""
        questions = _questions(cases, (champion, candidate))
        known = await self._answers.get(list(questions))
        batch = [key for key in questions if key not in known][:BATCH]
        known |= dict(zip(batch, await self._ask(batch, questions), strict=True))
        if len(known) < len(questions):
            return Progress(len(known), len(questions), None)
        return Progress(len(known), len(questions), _report(cases, champion, candidate, known))

    async def _ask(
        self, keys: list[str], questions: dict[str, tuple[str, Sequence[Message]]]
    ) -> list[Answer]:
        """All keys, a few at a time. One failure is raised after the others have been kept."""
        places = asyncio.Semaphore(AT_ONCE)

        async def ask(key: str) -> Answer:
            async with places:
                answer = await self._answering.answer(*questions[key])
            await self._answers.put(key, answer)
            return answer

        results = await asyncio.gather(*(ask(key) for key in keys), return_exceptions=True)
        answers = [result for result in results if isinstance(result, Answer)]
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return answers


def _questions(
    cases: Sequence[Case], models: Sequence[str]
) -> dict[str, tuple[str, Sequence[Message]]]:
    return {
        answer_key(model, case.messages): (model, case.messages)
        for case in cases
        for model in models
    }


def _report(
    cases: Sequence[Case], champion: str, candidate: str, known: dict[str, Answer]
) -> Report:
    results = tuple(
        _result(
            case,
            known[answer_key(champion, case.messages)],
            known[answer_key(candidate, case.messages)],
        )
        for case in cases
    )
    return Report(champion=champion, candidate=candidate, cases=results)


def _result(case: Case, champion: Answer, candidate: Answer) -> CaseResult:
    champion_broken = degenerate(champion.content, champion.finish_reason, case.wanted)
    broken = degenerate(candidate.content, candidate.finish_reason, case.wanted)
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
