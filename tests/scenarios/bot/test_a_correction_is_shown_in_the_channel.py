"""Where a channel wants it: a line under a corrected reply, and the corrected text in the thread."""

from datetime import timedelta

import pytest

from bot.domain.preferences import ChannelSettings
from tests.factories import ASKER, CHANNEL, CURATOR, TEAM
from tests.fakes.workplace import BOT, Json, until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio


@pytest.fixture
def sweeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was decided elsewhere is looked for all the time."""
    monkeypatch.setattr("bot.tasks.SWEEP", timedelta(seconds=0.2))


async def answered(office: Office, *, shown: bool = True) -> Json:
    await office.preferences.save_channel(TEAM, CHANNEL, ChannelSettings(show_corrections=shown))
    ts = await office.people.ask(ASKER, "@apprentice How many days of leave?")
    return await office.people.answer(ts)


async def thread(office: Office, message: Json) -> list[Json]:
    """The bot's messages in the thread that show a correction."""
    return [
        m
        for m in await office.people.messages()
        if m.get("thread_ts") == message["thread_ts"]
        and m["user"] == BOT
        and (m.get("metadata") or {}).get("event_type") == "apprentice_correction"
    ]


async def reply_now(office: Office, message: Json) -> Json:
    return next(m for m in await office.people.messages() if m["ts"] == message["ts"])


async def showing(office: Office, message: Json, text: str) -> Json:
    async def there() -> Json | None:
        found = await thread(office, message)
        return found[0] if len(found) == 1 and text in str(found[0]["blocks"]) else None

    return await until(f"{text!r} in the thread", there)


async def line(office: Office, message: Json, *, there: bool = True) -> Json:
    async def drawn() -> Json | None:
        now = await reply_now(office, message)
        has = any(block.get("block_id") == "corrected" for block in now["blocks"])
        return now if has is there else None

    return await until(f"the line to be there: {there}", drawn)


async def test_an_approved_correction_is_shown_with_its_author(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    shown = await showing(office, message, "25 days.")
    assert f"<@{CURATOR}>" in str(shown["blocks"])
    now = await line(office, message)
    assert f"<@{CURATOR}>" in str(now["blocks"])
    assert now["metadata"] == message["metadata"]
    assert [b["type"] for b in now["blocks"]].count("context_actions") == 1


async def test_a_correction_written_anew_changes_the_same_message(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    first = await showing(office, message, "25 days.")
    await office.people.correct(CURATOR, message, "26 days.")
    second = await showing(office, message, "26 days.")
    assert first["ts"] == second["ts"]


async def test_a_correction_taken_back_is_shown_no_more(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await showing(office, message, "25 days.")
    await line(office, message)
    await office.people.click(CURATOR, message, "feedback", "up")
    await line(office, message, there=False)
    assert await thread(office, message) == []


async def test_what_waits_is_shown_once_a_curator_approves(sweeping: None, office: Office) -> None:
    message = await answered(office)
    await office.people.correct(ASKER, message, "25 days.")
    await office.people.whisper(ASKER, having="waits for a curator")
    assert await thread(office, message) == []
    reply_id = f"{CHANNEL}:{message['thread_ts']}"
    await office.workspace.dataset.approve(f"reply-{reply_id}-{ASKER}", CURATOR)
    await showing(office, message, "25 days.")


async def test_with_the_setting_off_nothing_in_the_channel_changes(office: Office) -> None:
    message = await answered(office, shown=False)
    await office.people.correct(CURATOR, message, "25 days.")
    await office.people.whisper(CURATOR, having="next retraining")
    assert await thread(office, message) == []
    assert await reply_now(office, message) == message


async def test_a_message_that_was_posted_and_not_noted_is_not_posted_again(
    office: Office,
) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await showing(office, message, "25 days.")
    await line(office, message)
    reply_id = f"{CHANNEL}:{message['thread_ts']}"
    await office.told.note(TEAM, f"corrected:{reply_id}", "begun ")
    reveal = office.service.docket.add("reveal")
    await reveal(team=TEAM, reply_id=reply_id, reply=reply_id)

    async def noted() -> bool:
        return "begun" not in str(await office.told.where(TEAM, f"corrected:{reply_id}"))

    await until("it to be noted", noted)
    assert len(await thread(office, message)) == 1
