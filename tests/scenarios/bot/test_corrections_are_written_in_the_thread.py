"""`correct: …` in the thread of a reply, as a message or a file; edited, deleted, delivered often."""

import asyncio
import time

import pytest

from bot.domain.feedback import Rating
from bot.sandbox.workspace import direct_channel
from finetune import Example, Status
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, JAPANESE, TEAM
from tests.fakes.openai_account import Scripted
from tests.fakes.signed_events import deliver
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio


async def answered(office: Office, answer: str = "20 days.") -> Json:
    office.models.answer = lambda _model, _messages: answer
    ts = await office.people.ask(ASKER, "@apprentice How many days of leave?")
    return await office.people.answer(ts)


async def learnt(office: Office, message: Json, user: str, answer: str) -> Example:
    """Wait until the user's correction of this reply is that."""
    example_id = f"reply-{CHANNEL}:{message['thread_ts']}-{user}"

    async def made() -> Example | None:
        found = await office.workspace.dataset.get(example_id)
        return found if found and found.answer == answer else None

    return await until(f"the correction {answer!r}", made)


async def withdrawn(office: Office, message: Json, user: str) -> None:
    example_id = f"reply-{CHANNEL}:{message['thread_ts']}-{user}"

    async def gone() -> bool:
        found = await office.workspace.dataset.get(example_id)
        return found is not None and found.status is Status.REJECTED

    await until("the correction to be withdrawn", gone)


async def test_a_message_in_the_thread_corrects_the_reply_before_it(office: Office) -> None:
    message = await answered(office)
    await office.people.ask(CURATOR, "Correct: 25 days.\nSee 4.2.", thread=message["thread_ts"])
    made = await learnt(office, message, CURATOR, "25 days.\nSee 4.2.")
    assert (made.status, made.rejected) == (Status.APPROVED, "20 days.")
    await office.people.whisper(CURATOR, having="next retraining will learn it")


async def test_it_is_no_question_to_the_model(office: Office) -> None:
    message = await answered(office)
    await office.people.copies(2)
    await office.people.ask(CURATOR, "correct: 25 days.", thread=message["thread_ts"])
    await learnt(office, message, CURATOR, "25 days.")
    await office.people.quiet()
    assert len(office.models.chats) == 1
    assert len(await office.people.answers(message["thread_ts"])) == 1


async def test_it_can_be_said_in_japanese_and_is_answered_so(office: Office) -> None:
    message = await answered(office)
    await office.people.ask(JAPANESE, "訂正：25日です。", thread=message["thread_ts"])
    await learnt(office, message, JAPANESE, "25日です。")
    await office.people.whisper(JAPANESE, having="キュレーターの確認後")


async def test_of_several_replies_the_last_one_before_it_is_meant(office: Office) -> None:
    first = await answered(office)
    thread = first["thread_ts"]
    again = await office.people.ask(ASKER, "And on Sundays?", thread=thread)
    await office.people.answer(thread, number=2)
    await office.people.ask(CURATOR, "correct: None.", thread=thread)
    await learnt(office, {"thread_ts": again}, CURATOR, "None.")
    assert await office.workspace.dataset.get(f"reply-{CHANNEL}:{thread}-{CURATOR}") is None


async def test_editing_the_message_replaces_the_correction(office: Office) -> None:
    message = await answered(office)
    ts = await office.people.ask(CURATOR, "correct: 25 days.", thread=message["thread_ts"])
    await learnt(office, message, CURATOR, "25 days.")
    await office.people.edit(CURATOR, ts, "correct: 26 days.")
    await learnt(office, message, CURATOR, "26 days.")
    assert [e.answer for e in await office.workspace.dataset.approved()] == ["26 days."]


async def test_editing_the_word_away_takes_the_correction_back(office: Office) -> None:
    message = await answered(office)
    ts = await office.people.ask(CURATOR, "correct: 25 days.", thread=message["thread_ts"])
    await learnt(office, message, CURATOR, "25 days.")
    await office.people.edit(CURATOR, ts, "Never mind.")
    await withdrawn(office, message, CURATOR)
    assert len(office.models.chats) == 1


async def test_deleting_the_message_takes_the_correction_back(office: Office) -> None:
    message = await answered(office)
    ts = await office.people.ask(CURATOR, "correct: 25 days.", thread=message["thread_ts"])
    await learnt(office, message, CURATOR, "25 days.")
    await office.people.delete(CURATOR, ts)
    await withdrawn(office, message, CURATOR)


async def test_a_text_file_with_the_word_as_comment_is_the_correction(office: Office) -> None:
    message = await answered(office)
    text = "# Leave\n\n" + "25 days, and more.\n" * 1500
    await office.people.share(
        CURATOR, "leave.md", text.encode(), "correct", thread=message["thread_ts"]
    )
    await learnt(office, message, CURATOR, text.strip())
    assert len(office.models.chats) == 1


async def test_a_file_that_is_no_text_is_refused_in_a_sentence(office: Office) -> None:
    message = await answered(office)
    await office.people.share(
        CURATOR,
        "leave.png",
        b"\x89PNG\r\n\x1a\n" + bytes(80),
        "correct:",
        thread=message["thread_ts"],
    )
    await office.people.whisper(CURATOR, having="as a text file")
    assert sum((await office.workspace.dataset.counts()).values()) == 0


async def test_where_nothing_was_answered_a_sentence_says_how_it_is_done(office: Office) -> None:
    direct = direct_channel(ASKER)
    await office.people.ask(ASKER, "correct: 25 days.", channel=direct)
    await office.people.whisper(ASKER, channel=direct, having="in the thread of the reply")
    assert office.models.chats == []


async def test_the_text_that_stands_there_already_is_refused(office: Office) -> None:
    message = await answered(office)
    await office.people.ask(CURATOR, "correct: 20 days.", thread=message["thread_ts"])
    await office.people.whisper(CURATOR, having="already")
    reply_id = f"{CHANNEL}:{message['thread_ts']}"
    assert await office.verdicts.of_reply(TEAM, reply_id) == []


async def test_a_vote_by_button_after_it_is_the_last_word(office: Office) -> None:
    message = await answered(office)
    await office.people.ask(CURATOR, "correct: 25 days.", thread=message["thread_ts"])
    await learnt(office, message, CURATOR, "25 days.")
    await office.people.click(CURATOR, message, "feedback", "up")
    await withdrawn(office, message, CURATOR)


def previewed(message: Json, ts: str, text: str) -> Json:
    """What Slack delivers when it has looked a link up: nobody has edited anything."""
    said = {"type": "message", "user": CURATOR, "ts": ts, "thread_ts": message["thread_ts"]}
    preview = {"from_url": "https://wiki.example/leave", "title": "Leave"}
    now = f"{time.time():.6f}"
    return {
        "type": "message",
        "subtype": "message_changed",
        "channel": CHANNEL,
        "channel_type": "channel",
        "hidden": True,
        "message": {**said, "text": text, "attachments": [preview]},
        "previous_message": {**said, "text": text},
        "ts": now,
        "event_ts": now,
    }


async def test_the_preview_of_a_link_is_no_correction_anew(office: Office) -> None:
    message = await answered(office)
    text = "correct: 25 days, see <https://wiki.example/leave>"
    ts = await office.people.ask(CURATOR, text, thread=message["thread_ts"])
    await office.people.whisper(CURATOR, having="next retraining")
    await office.people.click(CURATOR, message, "feedback", "up")
    await withdrawn(office, message, CURATOR)
    await deliver(office.bot_url, SECRET, previewed(message, ts, text))
    await office.people.quiet()
    [given] = await office.verdicts.of_reply(TEAM, f"{CHANNEL}:{message['thread_ts']}")
    assert given.rating is Rating.UP


async def test_an_edit_that_makes_it_a_correction_counts_and_is_no_question(
    office: Office,
) -> None:
    message = await answered(office)
    thread = message["thread_ts"]
    ts = await office.people.ask(CURATOR, "corect: 25 days.", thread=thread)
    await office.people.answer(thread, number=2)
    await office.people.edit(CURATOR, ts, "correct: 25 days.")
    await learnt(office, message, CURATOR, "25 days.")

    async def gone() -> bool:
        return await office.turns.get(TEAM, f"{CHANNEL}:{ts}") is None

    await until("the question to be forgotten", gone)


async def test_while_an_answer_is_written_that_answer_is_meant(office: Office) -> None:
    first = await answered(office)
    thread, gate = first["thread_ts"], asyncio.Event()
    office.models.queue(Scripted("Sundays count as leave, too. " * 20, gate=gate, gate_after=20))
    again = await office.people.ask(ASKER, "And on Sundays?", thread=thread)

    async def streaming() -> list[Json]:
        return [m for m in await office.people.messages() if m["streaming"]]

    await until("the answer to begin", streaming)
    await office.people.ask(CURATOR, "correct: Sundays are free.", thread=thread)
    await office.people.quiet()
    gate.set()
    await learnt(office, {"thread_ts": again}, CURATOR, "Sundays are free.")
    assert await office.workspace.dataset.get(f"reply-{CHANNEL}:{thread}-{CURATOR}") is None


@pytest.mark.parametrize(
    ("name", "content"), [("shot.png", b"\x89PNG\r\n\x1a\n"), ("handbook.txt", b"All of it")]
)
async def test_beside_a_text_a_file_is_no_correction(
    office: Office, name: str, content: bytes
) -> None:
    message = await answered(office)
    text = "correct: 25 days, as attached."
    await office.people.share(CURATOR, name, content, text, thread=message["thread_ts"])
    await learnt(office, message, CURATOR, "25 days, as attached.")


async def test_names_are_learnt_and_no_ids(office: Office) -> None:
    message = await answered(office)
    text = f"correct: Ask <@{ADMIN}> in <#{CHANNEL}>."
    await office.people.ask(CURATOR, text, thread=message["thread_ts"])
    await until("the correction", office.workspace.dataset.approved)
    [made] = await office.workspace.dataset.approved()
    assert ADMIN not in made.answer
    assert CHANNEL not in made.answer
    assert "#general" in made.answer
