"""Both models are asked the same cases, and each answer is asked for once."""

import pytest

from finetune import ProviderError, ProviderUnavailable, Verdict
from finetune.asking.question import Answer, Question
from finetune.errors import QuestionRefused
from finetune.evaluation.cases import choose
from finetune.evaluation.evaluate import BATCH, Evaluator
from finetune.promotion import decide
from tests.toolkit_values import correction, example, frozen

pytestmark = pytest.mark.anyio


class Kept:
    """`Answers` in a dictionary."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}

    async def get(self, keys: list[str]) -> dict[str, Answer]:
        return {key: self.answers[key] for key in keys if key in self.answers}

    async def put(self, key: str, answer: Answer) -> None:
        self.answers[key] = answer


class Teacher:
    """The candidate knows the corrected answer; both know the rest."""

    def __init__(self, *, fails_at: int | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self.fails_at = fails_at

    async def ask(self, question: Question) -> Answer:
        model, messages = question.model, question.messages
        return self.said(model, messages[-1].content)

    def said(self, model: str, question: str) -> Answer:
        self.asked.append((model, question))
        if len(self.asked) == self.fails_at:
            raise ProviderUnavailable("busy")
        if question.startswith("Question"):
            return Answer(content=f"Answer {question[9:-1]}.")
        return Answer(content="25 days." if model == "new" else "20 days.")


def cases(others: int) -> tuple[object, ...]:
    rows = [
        example(f"e{n}", f"Answer {n}.", question=f"Question {n}?", at=float(n))
        for n in range(others)
    ]
    return choose(frozen([*rows, correction("c1", at=99.0)]))


async def test_a_corrected_question_shows_as_fixed_and_the_others_as_kept() -> None:
    progress = await Evaluator(Teacher(), Kept()).step(cases(12), "old", "new")  # type: ignore[arg-type]
    report = progress.report
    assert report is not None
    assert (report.fixed("corrected"), report.broken()) == (1, 0)
    assert report.kept("held_out", "seen") == (12, 12)


async def test_asking_goes_in_batches_until_all_is_answered() -> None:
    teacher, kept = Teacher(), Kept()
    first = await Evaluator(teacher, kept).step(cases(40), "old", "new")  # type: ignore[arg-type]
    assert (first.asked, first.to_ask, first.report) == (BATCH, 82, None)
    second = await Evaluator(teacher, kept).step(cases(40), "old", "new")  # type: ignore[arg-type]
    third = await Evaluator(teacher, kept).step(cases(40), "old", "new")  # type: ignore[arg-type]
    assert second.report is None
    assert third.report is not None
    assert len(teacher.asked) == len(set(teacher.asked)) == 82


async def test_one_evaluator_asks_each_question_once_and_takes_what_another_has_asked() -> None:
    teacher, kept = Teacher(), Kept()
    rows = cases(50)
    evaluator = Evaluator(teacher, kept)  # type: ignore[arg-type]
    first = await evaluator.step(rows, "old", "new")  # type: ignore[arg-type]
    assert (first.asked, first.to_ask) == (BATCH, 102)
    other = await Evaluator(teacher, kept).step(rows, "old", "new")  # type: ignore[arg-type]
    assert other.asked == 2 * BATCH
    progress = await evaluator.step(rows, "old", "new")  # type: ignore[arg-type]
    while progress.report is None:
        progress = await evaluator.step(rows, "old", "new")  # type: ignore[arg-type]
    assert len(teacher.asked) == len(set(teacher.asked)) == 102
    again = await evaluator.step(rows, "old", "new")  # type: ignore[arg-type]
    assert again.report == progress.report
    assert len(teacher.asked) == 102


async def test_a_failure_in_the_middle_loses_no_answer() -> None:
    teacher, kept = Teacher(fails_at=5), Kept()
    with pytest.raises(ProviderUnavailable):
        await Evaluator(teacher, kept).step(cases(9), "old", "new")  # type: ignore[arg-type]
    assert len(kept.answers) == 19
    progress = await Evaluator(teacher, kept).step(cases(9), "old", "new")  # type: ignore[arg-type]
    assert progress.report is not None
    assert len(teacher.asked) == 21  # 20 questions, one of them twice


class Looping:
    """Both models answer with the same loop, cut off."""

    async def ask(self, question: Question) -> Answer:
        return Answer(content="the days the days the days the days", finish_reason="length")


async def test_an_answer_that_both_models_break_alike_is_neither_passed_nor_newly_broken() -> None:
    progress = await Evaluator(Looping(), Kept()).step(cases(3), "old", "new")  # type: ignore[arg-type]
    assert progress.report is not None
    for result in progress.report.cases:
        assert result.degenerate == result.champion_degenerate == "truncated"
        assert not (result.newly_degenerate or result.champion_passes or result.candidate_passes)


class Strict(Teacher):
    """Refuses these questions to these models, for good."""

    def __init__(self, *refused: tuple[str, str]) -> None:
        super().__init__()
        self.refused = refused

    def said(self, model: str, question: str) -> Answer:
        answer = super().said(model, question)
        if (model, question) in self.refused or (model, "*") in self.refused:
            raise QuestionRefused("the provider said 404: not this")
        return answer


async def test_a_question_refused_to_the_champion_counts_as_not_answered_by_it() -> None:
    teacher, kept = Strict(("old", "*")), Kept()
    progress = await Evaluator(teacher, kept).step(cases(12), "old", "new")  # type: ignore[arg-type]
    assert progress.report is not None
    assert progress.report.refused() == (13, 0)
    assert progress.report.fixed() == 13
    decision = decide(progress.report)
    assert decision.verdict is Verdict.PROMOTE
    assert decision.reasons[0] == (
        "the champion refused 13 of 13 questions (the provider said 404: not this)"
    )
    assert decision.numbers["champion_refused"] == 13
    asked = len(teacher.asked)
    again = await Evaluator(teacher, kept).step(cases(12), "old", "new")  # type: ignore[arg-type]
    assert (again, len(teacher.asked)) == (progress, asked)  # refusals are kept like answers
    await Evaluator(teacher, kept).step(cases(12), "old", "newer")  # type: ignore[arg-type]
    assert teacher.asked[asked:].count(("old", "Question 1?")) == 1  # … for this candidate


async def test_a_question_refused_to_the_candidate_alone_is_a_broken_answer() -> None:
    teacher = Strict(("new", "Question 1?"))
    progress = await Evaluator(teacher, Kept()).step(cases(12), "old", "new")  # type: ignore[arg-type]
    assert progress.report is not None
    assert progress.report.refused() == (0, 1)
    assert progress.report.broken() == 1
    decision = decide(progress.report)
    assert decision.verdict is Verdict.REJECT
    assert "the candidate refused 1 of 13 questions" in decision.reasons[0]


async def test_a_question_refused_to_both_is_not_held_against_the_candidate() -> None:
    teacher = Strict(("new", "Question 1?"), ("old", "Question 1?"))
    progress = await Evaluator(teacher, Kept()).step(cases(12), "old", "new")  # type: ignore[arg-type]
    assert progress.report is not None
    assert progress.report.broken() == 0
    assert decide(progress.report).verdict is Verdict.PROMOTE


async def test_a_candidate_that_refuses_everything_cannot_be_compared() -> None:
    with pytest.raises(ProviderError, match="the provider said 404: not this"):
        await Evaluator(Strict(("new", "*")), Kept()).step(cases(3), "old", "new")  # type: ignore[arg-type]
