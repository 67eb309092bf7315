"""Files that people share are read into their question; what cannot be read is said, in a sentence."""

from typing import Any

import pytest

from tests.factories import ASKER, CURATOR, JAPANESE
from tests.fakes.workplace import Workplace
from tests.scenarios.bot.conftest import Office
from tests.unit.bot.documents.files import PNG, pdf

pytestmark = pytest.mark.anyio


async def asked(office: Office, ts: str, *, number: int = 1) -> Any:
    """What the model got as the question, once it is answered."""
    await office.people.answer(ts, number=number)
    return office.models.chats[-1].messages[-1]["content"]


async def share(people: Workplace, name: str, content: bytes, user: str = ASKER) -> str:
    return await people.share(user, name, content, "@apprentice what does this say?")


async def test_a_tables_rows_reach_the_model_behind_the_question(office: Office) -> None:
    ts = await share(office.people, "hours.csv", b"day,opens\nMonday,7\n")
    said = await asked(office, ts)
    assert said.startswith("what does this say?\n\n")
    assert "hours.csv" in said
    assert "day,opens\nMonday,7" in said


async def test_the_text_of_a_pdf_reaches_the_model(office: Office) -> None:
    ts = await share(office.people, "leave.pdf", pdf("Twenty days of leave"))
    assert "Twenty days of leave" in await asked(office, ts)


async def test_a_japanese_file_in_its_old_encoding_reaches_the_model(office: Office) -> None:
    ts = await share(office.people, "時間.txt", "営業時間は七時からです。".encode("cp932"))
    assert "営業時間は七時からです。" in await asked(office, ts)


async def test_a_picture_is_shown_to_a_model_that_sees(office: Office) -> None:
    await office.workspace.registry.promote("gpt-4.1-mini-2025-04-14", run_id="run1", by="test")
    ts = await share(office.people, "oven.png", PNG)
    text, image = await asked(office, ts)
    assert text["type"] == "text"
    assert "oven.png" in text["text"]
    assert image["image_url"]["url"].startswith("data:image/png;base64,iVBOR")


async def test_a_picture_for_a_model_that_does_not_see_gets_a_sentence(office: Office) -> None:
    ts = await share(office.people, "oven.png", PNG)
    assert isinstance(await asked(office, ts), str)
    assert "I cannot look at pictures" in str(await office.people.answers(ts))


async def test_what_cannot_be_read_gets_a_friendly_sentence_and_an_answer(office: Office) -> None:
    ts = await share(office.people, "all.zip", b"PK\x03\x04" + bytes(50))
    assert "all.zip" in await asked(office, ts)
    assert "I cannot read all.zip" in str(await office.people.answers(ts))


async def test_the_sentence_is_in_the_askers_language(office: Office) -> None:
    ts = await share(office.people, "all.zip", b"PK\x03\x04" + bytes(50), user=JAPANESE)
    await office.people.answer(ts)
    assert "all.zip は読めません" in str(await office.people.answers(ts))


async def test_a_damaged_pdf_does_not_stop_the_answer(office: Office) -> None:
    ts = await share(office.people, "leave.pdf", b"%PDF-1.7 rubbish")
    await office.people.answer(ts)
    assert "seems to be damaged" in str(await office.people.answers(ts))


async def test_a_file_without_a_word_is_answered_in_a_direct_message(office: Office) -> None:
    direct = "D0ASKER001"
    ts = await office.people.share(ASKER, "hours.csv", b"day,opens\nMonday,7\n", channel=direct)
    await office.people.answer(ts, channel=direct)
    assert "Monday,7" in office.models.chats[-1].messages[-1]["content"]


async def test_a_file_larger_than_the_limit_is_not_loaded(office: Office) -> None:
    ts = await share(office.people, "log.txt", b"x" * 6_000_000)
    await office.people.answer(ts)
    assert "is too large for me" in str(await office.people.answers(ts))


async def test_names_reach_the_model_and_no_ids(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice ask @ben in #handbook")
    assert await asked(office, ts) == "ask @ben in #handbook"


async def test_older_messages_of_a_thread_come_with_names_and_files(office: Office) -> None:
    root = await office.people.share(CURATOR, "oven.pdf", pdf("oven"), "@ben: @aiko, look")
    await office.people.ask(ASKER, "@apprentice whom do I call?", thread=root)
    await office.people.answer(root)
    [first, question] = [m["content"] for m in office.models.chats[0].messages[1:]]
    assert "@aiko, look" in first
    assert "[file: oven.pdf]" in first
    assert question == "aiko: whom do I call?"  # two people speak here


async def test_a_note_about_a_file_survives_trouble_with_slack(office: Office) -> None:
    await office.people.refuse("internal_error", "chat.update", "chat.postMessage", times=3)
    ts = await office.people.share(ASKER, "a.bin", b"\0\1\2" * 50, "@apprentice what is in it?")
    assert "a.bin" in str((await office.people.answer(ts))["blocks"][1:])
