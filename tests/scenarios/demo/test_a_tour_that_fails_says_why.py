"""The tour in a real workspace with a model that can be told how to learn: well, badly, or not at all."""

from collections.abc import Callable

import aiohttp
import pytest

from bot.demo import asking, handbook, tour
from bot.demo.errors import TourFailed
from bot.demo.report import Journal, Played
from tests.factories import ADMIN
from tests.fakes.openai_account import OpenAIStub
from tests.scenarios.bot.conftest import Office
from tests.scenarios.bot.conftest import models as models  # noqa: PLC0414 - a fixture
from tests.scenarios.bot.conftest import office as office  # noqa: PLC0414 - a fixture

pytestmark = pytest.mark.anyio

Answer = Callable[[str, list[dict[str, str]]], str]
FACTS = {question.content: answer.content for question, answer in handbook.rows()}
LESSON = handbook.corrections()[0]


def taught(lesson: str = LESSON.old, others: str | None = None) -> Answer:
    """The base knows the handbook; what is fine-tuned gives these answers instead."""
    new = dict.fromkeys(FACTS, others) if others else dict(FACTS)
    new[LESSON.question] = lesson

    def answer(model: str, messages: list[dict[str, str]]) -> str:
        return (new if model.startswith("ft:") else FACTS)[messages[-1]["content"]]

    return answer


async def play(office: Office) -> Played:
    await office.workspace.dataset.import_rows(handbook.rows(), by="handbook")
    async with (
        aiohttp.ClientSession(base_url=str(office.people.http.base_url)) as web,
        asking.models(office.models.url, "key") as asked,
    ):
        return await tour.play(web, asked, Journal(lambda line: None))


def train_at_once(stub: OpenAIStub) -> None:
    """Every job ends when it is looked at twice, with the events of a real one."""
    made = stub.finish

    def finish(job_id: str, model: str | None = None) -> None:
        for step, loss in ((1, 2.0), (2, 0.1)):
            stub.jobs[job_id].note(f"step {step}", step=step, train_loss=loss)
        made(job_id, model)

    stub.finish = finish  # type: ignore[method-assign]  # the stub has no hook for this
    stub.polls = 2


async def test_a_model_that_learns_is_promoted(office: Office) -> None:
    train_at_once(office.models)
    office.models.answer = taught(LESSON.new)
    played = await play(office)
    assert played.learnt
    assert played.promoted
    assert played.others_kept == 1.0
    assert (played.answer_before, played.answer_after) == (LESSON.old, LESSON.new)


async def test_a_model_that_learns_nothing_ends_the_tour_with_the_reasons_of_the_gate(
    office: Office,
) -> None:
    train_at_once(office.models)
    office.models.answer = taught()
    with pytest.raises(TourFailed, match=r"was not promoted: .*0 fixed"):
        await play(office)


async def test_a_model_that_forgets_the_rest_ends_the_tour_with_the_reasons_of_the_gate(
    office: Office,
) -> None:
    train_at_once(office.models)
    office.models.answer = taught(LESSON.new, others="I have not been taught this.")
    with pytest.raises(TourFailed, match=r"was not promoted: .*kept 0 of"):
        await play(office)


async def test_a_job_that_fails_ends_the_tour_with_its_reason(office: Office) -> None:
    office.models.answer = taught()
    office.models.fault("POST /v1/fine_tuning/jobs", status=400, message="no more quota")
    with pytest.raises(TourFailed, match=r"the run ended early: .*no more quota"):
        await play(office)


async def test_a_run_that_an_interrupted_tour_has_left_is_cancelled_first(office: Office) -> None:
    await office.workspace.dataset.import_rows(handbook.rows(), by="handbook")
    left = await office.workspace.runs.plan(key="left", requested_by=ADMIN, trigger="slack")
    train_at_once(office.models)
    office.models.answer = taught(LESSON.new)
    assert (await play(office)).learnt
    assert (await office.workspace.runs.get(left.run_id)).cancelled_by == ADMIN
