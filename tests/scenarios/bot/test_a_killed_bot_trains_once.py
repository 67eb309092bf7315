"""kill -9 of the bot in every stage of a run: one file, one job, and the run ends."""

import asyncio

import pytest

from tests.factories import ADMIN, ASKER, CURATOR
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import Branch

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


@pytest.fixture
async def taught(branch: Branch) -> Branch:
    """A correction is in the dataset; the fine-tuned model knows it."""
    branch.models.answer = lambda model, _messages: "20 days." if model == "base" else "25 days."
    ts = await branch.people.ask(ASKER, "@apprentice How many days?")
    await branch.people.correct(CURATOR, await branch.people.answer(ts), "25 days.")

    async def thanked() -> bool:
        return bool(await branch.people.whispers(CURATOR))

    await until("the correction to be stored", thanked)
    return branch


async def promoted(branch: Branch) -> Json:
    async def said() -> Json | None:
        found = [m for m in await branch.people.messages() if "Retraining" in m["text"]]
        assert len(found) <= 1, "one message about one run"
        return found[0] if found and "promoted" in found[0]["text"] else None

    return await until("the run to be promoted", said)


@pytest.mark.parametrize(
    "request_of_the_stage",
    [
        pytest.param("POST /v1/files", id="uploading, the file is there"),
        pytest.param("POST /v1/fine_tuning/jobs", id="training, the job is there"),
        pytest.param("POST /v1/chat/completions", id="evaluating"),
    ],
)
async def test_killed_in_a_stage_of_a_run_there_is_one_job_and_the_run_ends(
    taught: Branch, request_of_the_stage: str
) -> None:
    taught.models.polls = 2
    held = taught.models.hold(request_of_the_stage)
    await taught.people.command(ADMIN)
    await taught.people.submit(ADMIN, await taught.people.view(ADMIN))
    await asyncio.wait_for(held.reached.wait(), 30)
    await taught.bot.kill()
    held.release()
    await taught.bot.start()
    await promoted(taught)
    assert len(taught.models.jobs) == 1
    assert len(taught.models.files) == 1
    ts = await taught.people.ask(ASKER, "@apprentice How many days?")
    assert "25 days." in str(await taught.people.answer(ts))


async def test_killed_again_and_again_the_run_still_ends_with_one_job(taught: Branch) -> None:
    taught.models.polls = 4
    await taught.people.command(ADMIN)
    await taught.people.submit(ADMIN, await taught.people.view(ADMIN))
    for _ in range(4):
        asked = len(taught.models.requests)
        await until("a next request", lambda seen=asked: len(taught.models.requests) > seen)
        await taught.bot.kill()
        await taught.bot.start()
    await promoted(taught)
    assert len(taught.models.jobs) == 1
