"""Many questions at once within limits, each answer kept when it arrives and paid for once."""

import asyncio
import gc
from collections.abc import Callable

import pytest

from finetune.asking import asker as asker_module
from finetune.asking.asker import Asker
from finetune.asking.question import Answer, Question
from finetune.dataset.example import Message
from finetune.errors import ModelMissing, ProviderUnavailable, QuestionRefused

pytestmark = pytest.mark.anyio


def question(text: str, model: str = "m", **changes: object) -> Question:
    return Question(model=model, messages=(Message(role="user", content=text),), **changes)  # type: ignore[arg-type]


class Kept:
    """`KeptAnswers` in a dictionary."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}

    async def get(self, keys: list[str]) -> dict[str, Answer]:
        return {key: self.answers[key] for key in keys if key in self.answers}

    async def put(self, key: str, answer: Answer) -> None:
        self.answers[key] = answer


class Model:
    """Answers what it was asked, in capitals, when `opened`; fails as told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.under_way = self.most = 0
        self.opened = asyncio.Event()
        self.opened.set()
        self.fails: Callable[[str], Exception | None] = lambda text: None

    async def ask(self, question: Question) -> Answer:
        text = question.messages[-1].content
        self.asked.append(text)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(0)
            if (error := self.fails(text)) is not None:
                raise error
            await self.opened.wait()
        finally:
            self.under_way -= 1
        return Answer(content=text.upper())


async def answers(asker: Asker, *texts: str) -> dict[int, str]:
    return {place: a.content async for place, _, a in asker.ask_all(map(question, texts))}


async def test_all_are_answered_in_their_places_and_few_are_under_way() -> None:
    model = Model()
    texts = [f"q{n}" for n in range(50)]
    found = await answers(Asker(model, at_once=4), *texts)
    assert [found[n] for n in range(50)] == [text.upper() for text in texts]
    assert model.most == 4


async def test_no_more_questions_are_read_than_can_be_asked() -> None:
    read = 0

    def endless() -> object:
        nonlocal read
        while True:
            read += 1
            yield question(f"q{read}")

    model = Model()
    async for _ in Asker(model, at_once=3).ask_all(endless()):  # type: ignore[arg-type]
        break
    assert read <= 6


async def test_a_kept_answer_is_not_paid_for_again() -> None:
    model, kept = Model(), Kept()
    await answers(Asker(model, kept), "a", "b")
    second = Asker(model, kept)
    assert await answers(second, "a", "b", "c") == {0: "A", 1: "B", 2: "C"}
    assert (sorted(model.asked), second.calls) == (["a", "b", "c"], 1)


async def test_the_same_question_at_once_is_sent_once() -> None:
    model = Model()
    assert await answers(Asker(model, at_once=8), *["a"] * 8) == dict.fromkeys(range(8), "A")
    assert model.asked == ["a"]


async def test_several_samples_of_one_question_are_several_questions() -> None:
    model = Model()
    asker = Asker(model, Kept())
    for sample in range(3):
        await asker.ask(question("a", sample=sample))
    assert model.asked == ["a"] * 3


async def test_when_who_asked_first_gives_up_the_second_asks() -> None:
    model = Model()
    model.opened.clear()
    asker = Asker(model)
    first = asyncio.create_task(asker.ask(question("a")))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(asker.ask(question("a")))
    await asyncio.sleep(0.01)
    first.cancel()
    model.opened.set()
    assert (await second).content == "A"
    assert model.asked == ["a", "a"]


async def test_fresh_asks_anew_once_and_keeps_the_new_answer() -> None:
    model, kept = Model(), Kept()
    kept.answers[question("a").key] = Answer(content="old")
    fresh = Asker(model, kept, fresh=True)
    assert [(await fresh.ask(question("a"))).content for _ in range(3)] == ["A"] * 3
    assert (await Asker(model, kept).ask(question("a"))).content == "A"
    assert model.asked == ["a"]


async def test_a_refused_question_is_answered_by_its_refusal_and_asked_again_another_day() -> None:
    model, kept = Model(), Kept()
    model.fails = lambda text: QuestionRefused("filtered")
    assert (await Asker(model, kept).ask(question("a"))).refusal == "filtered"
    assert not kept.answers


async def test_a_missing_model_ends_the_asking() -> None:
    model = Model()
    model.fails = lambda text: ModelMissing("no such model")
    with pytest.raises(ModelMissing):
        await answers(Asker(model, Kept(), at_once=2), *[f"q{n}" for n in range(100)])
    assert len(model.asked) <= 4


async def test_when_one_fails_those_under_way_are_still_kept() -> None:
    model, kept = Model(), Kept()
    model.opened.clear()
    model.fails = lambda text: ProviderUnavailable("busy") if text == "bad" else None
    asking = asyncio.create_task(answers(Asker(model, kept, at_once=3), "a", "b", "bad", "never"))
    await asyncio.sleep(0.05)
    model.opened.set()
    with pytest.raises(ProviderUnavailable):
        await asking
    assert {answer.content for answer in kept.answers.values()} == {"A", "B"}
    assert "never" not in model.asked


async def test_when_all_fail_one_failure_is_raised_and_none_is_left_unheard() -> None:
    unheard: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: unheard.append(context))
    model = Model()
    model.fails = lambda text: ProviderUnavailable("busy")
    with pytest.raises(ProviderUnavailable):
        await answers(Asker(model, at_once=8), *[f"q{n}" for n in range(8)])
    gc.collect()
    await asyncio.sleep(0)
    assert not unheard


async def test_those_under_way_are_waited_for_a_bounded_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asker_module, "GRACE", 0.01)
    model = Model()
    model.opened.clear()
    model.fails = lambda text: ProviderUnavailable("busy") if text == "bad" else None
    with pytest.raises(ProviderUnavailable):
        await answers(Asker(model, at_once=2), "a", "bad")
    await asyncio.sleep(0)
    assert model.under_way == 0


async def test_starts_are_spread_over_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await real(0)

    monkeypatch.setattr(asker_module.asyncio, "sleep", sleep)
    await answers(Asker(Model(), at_once=5, per_minute=60), "a", "b", "c")
    assert [round(seconds) for seconds in waited if seconds > 0.5] == [1, 2]
