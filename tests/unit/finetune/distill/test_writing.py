"""One input: told what is wrong until it holds, started afresh when it does not, or given up."""

import asyncio
from collections.abc import Callable

import pytest

from finetune.asking.asker import Asker
from finetune.asking.question import Answer, Question
from finetune.dataset.example import Message
from finetune.distill.inputs import Input
from finetune.distill.judge import Judge
from finetune.distill.outcome import Outcome
from finetune.distill.writing import Plan, Writer
from finetune.errors import ProviderUnavailable
from finetune.evaluation.constraints import Length, Lines

pytestmark = pytest.mark.anyio
SOURCE = Input("a.txt", (Message(role="user", content="An article."),))


class Teacher:
    """Says what a function says, and keeps what it was asked."""

    def __init__(self, says: Callable[[Question], str | Answer]) -> None:
        self.says = says
        self.asked: list[Question] = []

    async def ask(self, question: Question) -> Answer:
        self.asked.append(question)
        said = self.says(question)
        return (
            Answer(content=said, prompt_tokens=10, completion_tokens=2)
            if isinstance(said, str)
            else said
        )


async def written(teacher: Teacher, plan: Plan, judge: str | None = None) -> Outcome:
    asker = Asker(teacher)
    return await Writer(asker, plan, Judge(asker, judge, "Be kind.") if judge else None).write(
        SOURCE
    )


def plan(**changes: object) -> Plan:
    length = Length(10, 0.1)
    base = Plan("t", "Sum up.", [length], improve=2, tries=3, distance=lambda t: abs(len(t) - 10))
    return base._replace(**changes)  # type: ignore[arg-type]


async def test_every_correction_is_in_the_conversation_and_every_try_begins_anew() -> None:
    teacher = Teacher(lambda question: "x" * 10 if question.sample == 2 else "x" * 20)
    outcome = await written(teacher, plan())
    assert outcome.accepted
    assert (outcome.tries, outcome.improvements, outcome.teacher.calls) == (3, 0, 7)
    assert [len(question.messages) for question in teacher.asked] == [2, 4, 6, 2, 4, 6, 2]
    assert [question.temperature for question in teacher.asked] == [0, 0, 0, 0.7, 0.7, 0.7, 0.7]
    assert [question.sample for question in teacher.asked] == [0, 0, 0, 1, 1, 1, 2]


async def test_what_never_holds_is_rejected_with_the_nearest_attempt() -> None:
    lengths = iter((30, 13, 25, 7, 12, 40, 50, 60, 70))
    outcome = await written(Teacher(lambda _: "x" * next(lengths)), plan())
    assert not outcome.accepted
    assert outcome.best is not None
    assert len(outcome.best.text) == 12
    assert outcome.teacher.calls == 9
    assert "12 characters" in (outcome.reason or "")


async def test_all_that_is_wrong_is_told_at_once() -> None:
    teacher = Teacher(lambda question: "a\nbcdefghi" if len(question.messages) > 2 else "x" * 20)
    outcome = await written(teacher, plan(rules=[Length(10, 0.1), Lines(2)]))
    assert outcome.accepted
    told = teacher.asked[1].messages[-1].content
    assert "20 characters" in told
    assert "1 lines" in told


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(content="", finish_reason="content_filter"), "filtered"),
        (Answer(content="I cannot.", finish_reason="refusal"), "declined: I cannot."),
        (Answer(content="", refusal="the provider said 400: too long"), "too long"),
    ],
)
async def test_a_refused_input_is_not_asked_about_again(answer: Answer, reason: str) -> None:
    teacher = Teacher(lambda _: answer)
    outcome = await written(teacher, plan())
    assert not outcome.accepted
    assert reason in (outcome.reason or "")
    assert len(teacher.asked) == 1


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(content="x" * 10, finish_reason="length"), "cut off"),
        (Answer(content="  \n"), "empty"),
    ],
)
async def test_half_an_answer_is_none(answer: Answer, problem: str) -> None:
    outcome = await written(Teacher(lambda _: answer), plan(improve=0, tries=1))
    assert problem in (outcome.reason or "")


async def test_without_a_rule_the_first_answer_is_taken() -> None:
    teacher = Teacher(lambda _: "  anything ")
    outcome = await written(teacher, plan(rules=[]))
    assert outcome.best is not None
    assert (outcome.best.text, len(teacher.asked)) == ("anything", 1)


async def test_the_judge_s_words_reach_the_teacher_and_its_calls_are_counted_apart() -> None:
    def says(question: Question) -> str:
        if question.model == "j":
            return "**FAIL**: too cold." if "x" in question.messages[1].content else "Pass"
        return "k" * 10 if "too cold" in question.messages[-1].content else "x" * 10

    outcome = await written(Teacher(says), plan(), judge="j")
    assert outcome.accepted
    assert (outcome.teacher.calls, outcome.judge.calls) == (2, 2)
    assert outcome.judge.prompt_tokens == 20


async def test_a_judge_that_says_neither_does_not_pass() -> None:
    outcome = await written(
        Teacher(lambda question: "Maybe." if question.model == "j" else "x" * 10),
        plan(tries=1, improve=0),
        judge="j",
    )
    assert "Maybe." in (outcome.reason or "")


async def test_an_input_that_the_provider_fails_on_is_rejected_with_the_failure() -> None:
    def says(question: Question) -> str:
        raise ProviderUnavailable("the provider said 500")

    outcome = await written(Teacher(says), plan())
    assert not outcome.accepted
    assert outcome.failure is not None
    assert "500" in (outcome.reason or "")


async def test_once_stopped_the_call_under_way_is_the_last() -> None:
    def says(question: Question) -> str:
        writer.stop()
        return "x" * 20

    teacher = Teacher(says)
    writer = Writer(Asker(teacher), plan())
    with pytest.raises(asyncio.CancelledError):
        await writer.write(SOURCE)
    assert len(teacher.asked) == 1
