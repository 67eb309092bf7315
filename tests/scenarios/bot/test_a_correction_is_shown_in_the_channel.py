"""Where a channel wants it: a line under a corrected reply, and the corrected text in the thread."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.correcting import ShownCorrection
from bot.domain.preferences import ChannelSettings
from bot.slack.corrected_messages import CorrectedMessages
from bot.tasks import Tasks
from tests.factories import ASKER, CHANNEL, CURATOR, TEAM
from tests.fakes.openai_account import Scripted
from tests.fakes.workplace import BOT, Json, until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio


@pytest.fixture
def sweeping(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was decided elsewhere is looked for all the time."""
    monkeypatch.setattr("bot.tasks.registering.SWEEP", timedelta(seconds=0.2))


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


async def test_what_is_approved_in_home_is_shown_at_once(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(ASKER, message, "25 days.")
    await office.people.whisper(ASKER, having="waits for a curator")
    await office.people.choose(CURATOR, await office.people.home(CURATOR), "review_approve")
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
    for shows in ("begun", ""):  # as a killed predecessor leaves it
        await office.verdicts.note_shown(TEAM, reply_id, ShownCorrection(shows=shows))
        reply = await office.turns.reply(TEAM, reply_id)
        assert reply is not None
        await Tasks(office.service.docket).reveal(reply)

        async def noted() -> bool:
            return bool((await office.verdicts.shown(TEAM, reply_id)).ts)

        await until("it to be noted", noted)
    assert len(await thread(office, message)) == 1


async def test_under_a_reply_in_several_messages_the_last_keeps_its_part(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    old: list[bool] = []
    monkeypatch.setattr(
        "bot.slack.surface.stream.Stream.old",
        property(lambda stream: bool(stream.ts and old and old.pop())),
    )
    gate = asyncio.Event()
    words = "The first half is here. " * 20 + "The second half is there. " * 20
    office.models.queue(Scripted(words, gate=gate, gate_after=60))
    await office.preferences.save_channel(TEAM, CHANNEL, ChannelSettings(show_corrections=True))
    thread_ts = await office.people.ask(ASKER, "@apprentice How many days of leave?")

    async def streaming() -> list[Json]:
        return [m for m in await office.people.messages() if m["streaming"]]

    await until("some of it", streaming)
    old.append(True)
    gate.set()
    message = await office.people.answer(thread_ts, number=2)
    shown = message["blocks"][0]["text"]
    await office.people.correct(CURATOR, message, "25 days.")
    assert (await line(office, message))["blocks"][0]["text"] == shown


async def test_an_answer_written_anew_meanwhile_is_left_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await answered(office)
    reached, go_on = asyncio.Event(), asyncio.Event()
    read = CorrectedMessages._message

    async def slowly(self: CorrectedMessages, *about: Any) -> Any:
        found = await read(self, *about)
        reached.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(CorrectedMessages, "_message", slowly)
    await office.people.correct(CURATOR, message, "25 days.")
    await reached.wait()
    office.models.answer = lambda *_: "Another answer."
    await office.people.shortcut(ASKER, message, "try_again")
    turn_id = f"{CHANNEL}:{message['thread_ts']}"

    async def asked_anew() -> bool:
        turn = await office.turns.get(TEAM, turn_id)
        return turn is not None and turn.revision == 1

    await until("the question to be asked anew", asked_anew)
    go_on.set()

    async def written_anew() -> bool:
        mark = (await reply_now(office, message))["metadata"]
        return bool(mark["event_payload"]["reply_id"] == f"{turn_id}~1")

    await until("the new answer", written_anew)
    await office.people.quiet()
    assert "Another answer." in str((await line(office, message, there=False))["blocks"])


async def test_a_channel_that_wants_it_no_more_sees_it_no_more(
    sweeping: None, office: Office
) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await showing(office, message, "25 days.")
    await line(office, message)
    await office.preferences.save_channel(TEAM, CHANNEL, ChannelSettings(show_corrections=False))
    await line(office, message, there=False)
    assert await thread(office, message) == []


async def test_with_the_question_deleted_its_correction_goes(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await showing(office, message, "25 days.")
    await line(office, message)
    await office.people.delete(ASKER, message["thread_ts"])

    async def gone() -> bool:
        return not await thread(office, message)

    await until("the correction to go", gone)


async def test_with_its_author_opted_out_a_correction_goes(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await showing(office, message, "25 days.")
    await line(office, message)
    view = await office.people.home(CURATOR)
    await office.people.choose(CURATOR, view, "home_opt_out")
    await line(office, message, there=False)
    assert await thread(office, message) == []
