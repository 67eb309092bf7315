"""What the tour learns from the trainer's API, over HTTP with the real SDK."""

import pytest

from bot.demo.asking import models
from bot.demo.errors import TourFailed
from bot.demo.report import Job
from tests.fakes.openai_account import TuningJob
from tests.fakes.openai_stub import serving

pytestmark = pytest.mark.anyio


def request(run_id: str) -> dict[str, object]:
    return {"model": "base", "training_file": "file-1", "metadata": {"run_id": run_id}}


async def test_all_questions_are_answered_by_the_model_that_was_named() -> None:
    async with serving() as stub, models(stub.url, "key") as asked:
        questions = [f"question {number}" for number in range(9)]
        answers = await asked.answers("base", questions)
    assert answers == {question: f"base heard: {question}" for question in questions}
    assert {chat.body["temperature"] for chat in stub.chats} == {0}


async def test_a_job_is_found_by_its_run_and_tells_its_losses() -> None:
    async with serving() as stub, models(stub.url, "key") as asked:
        for number, run_id in enumerate(("run-1", "run-2")):
            stub.jobs[f"job-{number}"] = TuningJob(f"job-{number}", request(run_id))
        job = stub.jobs["job-1"]
        job.note("started")
        for step, loss in ((1, 2.5), (2, 1.5), (11, 0.5)):
            job.note(f"step {step}", step=step, train_loss=loss)
        found = await asked.job_of("run-2")
        assert found is not None
        assert found.id == "job-1"
        assert await asked.job_of("run-3") is None
        told = await asked.training("job-1")
    assert told == Job("job-1", events=4, first_train_loss=2.5, last_train_loss=0.5)


async def test_a_job_without_a_training_step_is_not_believed() -> None:
    async with serving() as stub, models(stub.url, "key") as asked:
        stub.jobs["job"] = TuningJob("job", request("run"))
        stub.jobs["job"].note("The job has successfully completed")
        with pytest.raises(TourFailed, match="no training step"):
            await asked.training("job")


async def test_a_refusal_of_the_trainer_ends_the_tour_with_its_reason() -> None:
    async with serving() as stub:
        stub.fault("POST /v1/chat/completions", status=404, message="no such model")
        with pytest.raises(TourFailed, match="no such model"):
            async with models(stub.url, "key") as asked:
                await asked.answers("gone", ["question"])
