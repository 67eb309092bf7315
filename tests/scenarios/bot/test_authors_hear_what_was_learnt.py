"""A model that was trained on a correction goes live: its author gets one message, with votes."""

from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.preferences import PersonSettings
from bot.sandbox.workspace import direct_channel
from finetune import Status
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, JAPANESE, TEAM
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import Office, job

pytestmark = pytest.mark.anyio

RIGHT, WRONG = "25 days of leave.", "20 days of leave."
BETTER, BEST = "ft:base:better", "ft:base:best"


@pytest.fixture(autouse=True)
def sweeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs that went live elsewhere are looked for all the time."""
    monkeypatch.setattr("bot.tasks.registering.SWEEP", timedelta(seconds=0.2))


async def corrected(
    office: Office, *users: str, question: str = "How many days?", knows: str = BETTER
) -> str:
    """A wrong answer that these people have corrected, in approved examples; its thread."""
    office.models.answer = lambda model, _messages: RIGHT if model == knows else WRONG
    thread = await office.people.ask(ASKER, f"@apprentice {question}")
    message = await office.people.answer(thread)
    for user in users:
        await office.people.correct(user, message, RIGHT)
        example_id = f"reply-C0GENERAL1:{thread}-{user}"
        await until("the example", lambda: office.workspace.dataset.get(example_id))  # noqa: B023
        await office.workspace.dataset.approve(example_id, CURATOR)
    return thread


async def promoted(office: Office, model: str = BETTER) -> str:
    """Train to the end; the run's id."""
    run = await office.workspace.runs.plan(key=model, requested_by="", trigger="cli")

    async def trained() -> bool:
        found = await office.workspace.runs.get(run.run_id)
        if found.job_id and not found.ended and found.candidate is None:
            office.models.finish(found.job_id, model)
        if found.waiting:
            await office.workspace.runs.promote(run.run_id, ADMIN)
        return found.ended

    await until("the run to end", trained)
    return run.run_id


async def news(office: Office, user: str) -> list[Json]:
    """The messages about what was learnt, in this person's conversation with the bot."""
    found = await office.people.messages(direct_channel(user), user)
    return [
        {**m, "channel": direct_channel(user)}
        for m in found
        if (m.get("metadata") or {}).get("event_type") == "apprentice_news"
    ]


async def told(office: Office, run_id: str) -> None:
    """Wait until everyone has heard of this run."""

    async def all_told() -> bool:
        return await office.told.where(TEAM, f"news:{run_id}") == "done"

    await until("everyone to be told", all_told)


async def test_the_author_hears_what_it_was_and_what_the_bot_answers_now(office: Office) -> None:
    await corrected(office, CURATOR)
    await told(office, await promoted(office))
    [message] = await news(office, CURATOR)
    shown = str(message["blocks"])
    assert "How many days?" in shown
    assert shown.count(RIGHT) == 2
    assert await news(office, ASKER) == []


async def test_it_is_told_in_the_authors_language(office: Office) -> None:
    await corrected(office, JAPANESE)
    await told(office, await promoted(office))
    [message] = await news(office, JAPANESE)
    assert "現在の回答" in str(message["blocks"])


async def test_a_vote_under_it_is_a_vote_on_what_the_bot_answers_now(office: Office) -> None:
    await corrected(office, CURATOR)
    await told(office, await promoted(office))
    [message] = await news(office, CURATOR)
    await office.people.click(CURATOR, message, "feedback", "down")
    view = await office.people.view(CURATOR)
    assert view["blocks"][0]["element"]["initial_value"] == RIGHT
    await office.people.submit(CURATOR, view, correction="30 days of leave.")

    async def learnt() -> bool:
        taught = await office.workspace.dataset.approved()
        return [e.answer for e in taught] == ["30 days of leave."]

    await until("the new correction", learnt)
    await office.people.whisper(CURATOR, channel=direct_channel(CURATOR), having="next retraining")


async def test_a_correction_is_news_once_however_often_it_is_trained_on(office: Office) -> None:
    await corrected(office, CURATOR)
    await told(office, await promoted(office))
    await corrected(office, ADMIN, question="How many hours?", knows=BEST)
    second = await promoted(office, BEST)
    await told(office, second)
    assert len(await news(office, CURATOR)) == 1
    [message] = await news(office, ADMIN)
    assert "How many hours?" in str(message["blocks"])


async def test_who_turned_it_off_by_its_button_hears_nothing_more(office: Office) -> None:
    await corrected(office, CURATOR)
    await told(office, await promoted(office))
    [message] = await news(office, CURATOR)
    await office.people.click(CURATOR, message, "news_off")
    await office.people.whisper(CURATOR, channel=direct_channel(CURATOR), having="App Home")
    await corrected(office, CURATOR, question="How many hours?", knows=BEST)
    await told(office, await promoted(office, BEST))
    assert len(await news(office, CURATOR)) == 1


async def test_who_opted_out_hears_nothing(office: Office) -> None:
    await corrected(office, CURATOR)
    await office.preferences.save_person(TEAM, CURATOR, PersonSettings(opted_out=True))
    await told(office, await promoted(office))
    assert await news(office, CURATOR) == []


async def test_a_message_that_was_posted_and_not_noted_is_not_posted_again(office: Office) -> None:
    await corrected(office, CURATOR)
    run_id = await promoted(office)
    await told(office, run_id)
    await office.told.note(TEAM, f"news:{run_id}:{CURATOR}", "")
    await office.told.note(TEAM, f"news:{run_id}", "")
    await told(office, run_id)
    assert len(await news(office, CURATOR)) == 1


async def test_a_model_that_was_turned_down_is_no_news(office: Office) -> None:
    await corrected(office, CURATOR)
    office.models.answer = lambda _model, _messages: WRONG
    run = await office.workspace.runs.plan(key="k", requested_by="", trigger="cli")
    office.models.finish((await job(office.models)).job_id, "ft:base:worse")

    async def ended() -> bool:
        return (await office.workspace.runs.get(run.run_id)).ended

    await until("the run to end", ended)
    counts = await office.workspace.dataset.counts()
    assert counts[Status.APPROVED] == 1
    assert await office.told.where(TEAM, f"news:{run.run_id}") is None
    assert await news(office, CURATOR) == []


async def gone(office: Office, thread: str) -> None:
    """Wait until the question that opened a thread is forgotten."""

    async def forgotten() -> bool:
        return await office.turns.get(TEAM, f"{CHANNEL}:{thread}") is None

    await until("the question to be forgotten", forgotten)


async def test_with_the_question_forgotten_a_vote_under_old_news_teaches_nothing(
    office: Office,
) -> None:
    thread = await corrected(office, CURATOR, question="What does my divorce cost?")
    run_id = await promoted(office)
    await told(office, run_id)
    [message] = await news(office, CURATOR)
    await office.people.click(CURATOR, message, "feedback", "up")
    example_id = f"reply-news-{run_id}-{CURATOR}:"

    async def voted() -> bool:
        rows = await office.workspace.dataset.approved()
        return any(v.example_id.startswith(example_id) for row in rows for v in row.votes)

    await until("the vote", voted)
    await office.people.delete(ASKER, thread)
    await gone(office, thread)
    assert await office.workspace.dataset.approved() == []
    await office.people.click(CURATOR, message, "feedback", "up")
    await office.people.whisper(
        CURATOR, channel=direct_channel(CURATOR), having="I keep nothing of this conversation"
    )
    assert await office.workspace.dataset.approved() == []


async def test_an_author_whom_slack_does_not_reach_keeps_no_others_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = AsyncWebClient.conversations_open
    refused = {ADMIN: "user_disabled", CURATOR: "something_new"}

    async def opens(self: AsyncWebClient, *, users: list[str], **more: Any) -> Any:
        if error := refused.get(users[0]):
            raise SlackApiError("refused", {"ok": False, "error": error})
        return await opened(self, users=users, **more)

    monkeypatch.setattr(AsyncWebClient, "conversations_open", opens)
    await corrected(office, ADMIN, CURATOR, JAPANESE)
    run_id = await promoted(office)

    async def heard() -> list[Json]:
        return await news(office, JAPANESE)

    await until("the one who can be reached to hear", heard)
    assert await office.told.where(TEAM, f"news:{run_id}") is None
    refused.pop(CURATOR)
    await told(office, run_id)
    assert [len(await news(office, user)) for user in (ADMIN, CURATOR, JAPANESE)] == [0, 1, 1]


async def test_what_a_model_before_learnt_untold_is_told_with_the_next(office: Office) -> None:
    await corrected(office, CURATOR, ADMIN)
    first = await promoted(office)
    await told(office, first)
    # As if the first had been replaced before the curator heard of it.
    await office.told.release(TEAM, f"news:{first}")
    await office.told.release(TEAM, f"news:{first}:{CURATOR}")
    await corrected(office, JAPANESE, question="How many hours?", knows=BEST)
    await told(office, await promoted(office, BEST))
    assert len(await news(office, ADMIN)) == 1
    assert len(await news(office, JAPANESE)) == 1
    assert "How many days?" in str((await news(office, CURATOR))[-1]["blocks"])
