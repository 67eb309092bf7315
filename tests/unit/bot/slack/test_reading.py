"""What a question with files becomes for the model, and what its asker is told."""

import base64
from collections.abc import AsyncIterator

import pytest
from fastapi import Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.domain.conversation import Content, SharedFile
from bot.errors import SurfaceUnavailable
from bot.slack import files
from bot.slack.files import shared_files, slacks_own
from bot.slack.reading import SlackReader
from finetune import count_text
from tests.factories import turn
from tests.fakes.slack_stub import TOKEN, SlackStub, reading
from tests.unit.bot.documents.files import PNG, pdf

pytestmark = pytest.mark.anyio


@pytest.fixture
def slack() -> SlackStub:
    return SlackStub()


@pytest.fixture
async def reader(slack: SlackStub) -> AsyncIterator[SlackReader]:
    async with reading(slack) as reader:
        yield reader


def file(
    url: str, name: str = "hours.csv", mimetype: str = "text/csv", size: int = 0
) -> SharedFile:
    return SharedFile(file_id="F1", name=name, mimetype=mimetype, size=size, url=url)


async def read(reader: SlackReader, *shared: SharedFile, sees: bool = False) -> Content:
    return await reader.read(turn("When?", files=shared), sees=sees)


async def test_a_file_stands_behind_the_question(reader: SlackReader, slack: SlackStub) -> None:
    found = await read(reader, file(slack.serve(b"day,opens\nMonday,7\n")))
    assert found.text == 'When?\n\nFile "hours.csv":\n```\nday,opens\nMonday,7\n```'
    assert found.notes == ()
    assert slack.loaded[0].headers["authorization"] == f"Bearer {TOKEN}"


async def test_what_is_read_twice_is_the_same(reader: SlackReader, slack: SlackStub) -> None:
    shared = (file(slack.serve(b"a,b\n" * 9000)), file(slack.serve(PNG, "p"), "p.png", "image/png"))
    assert await read(reader, *shared, sees=True) == await read(reader, *shared, sees=True)


async def test_files_together_keep_to_their_room_and_the_asker_hears_of_the_cut(
    reader: SlackReader, slack: SlackStub
) -> None:
    long = file(slack.serve(b"Monday,7\n" * 20_000, "long"), "long.csv")
    found = await read(reader, long, file(slack.serve(b"short", "s"), "s.txt", "text/plain"), long)
    assert count_text(found.text, "") < 4100
    assert "rows 1 to" in found.text
    assert "of 20000" in found.text
    assert 'File "s.txt":\n```\nshort\n```' in found.text
    assert found.notes == ("long.csv is long; I read only its beginning.",) * 2


async def test_a_fence_in_a_file_does_not_end_it(reader: SlackReader, slack: SlackStub) -> None:
    found = await read(reader, file(slack.serve(b"```\ncode\n```\n"), "a.md", "text/markdown"))
    assert found.text.endswith("````\n```\ncode\n```\n````")


async def test_a_picture_goes_to_a_model_that_sees(reader: SlackReader, slack: SlackStub) -> None:
    found = await read(reader, file(slack.serve(PNG), "oven.png", "image/png"), sees=True)
    assert [base64.b64decode(each.data) for each in found.images] == [PNG]
    assert 'Picture "oven.png"' in found.text


async def test_a_picture_is_not_even_loaded_for_a_model_that_does_not_see(
    reader: SlackReader, slack: SlackStub
) -> None:
    found = await read(reader, file(slack.serve(PNG), "oven.png", "image/png"))
    assert found.images == ()
    assert found.notes[0].startswith("I cannot look at pictures, so I did not see oven.png.")
    assert "could not be read" in found.text
    assert slack.loaded == []


async def test_more_pictures_than_the_limit_are_said(reader: SlackReader, slack: SlackStub) -> None:
    found = await read(reader, *[file(slack.serve(PNG), "p.png", "image/png")] * 5, sees=True)
    assert len(found.images) == 4
    assert found.notes == ("I look at 4 pictures at a time and did not see p.png.",)


async def test_a_damaged_pdf_stops_neither_the_others_nor_the_answer(
    reader: SlackReader, slack: SlackStub
) -> None:
    broken = file(slack.serve(b"%PDF-1.7 rubbish", "b"), "b.pdf", "application/pdf")
    fine = file(slack.serve(pdf("Twenty days"), "leave"), "leave.pdf", "application/pdf")
    found = await read(reader, broken, fine)
    assert "Twenty days" in found.text
    assert found.notes == ("I could not open b.pdf; the file seems to be damaged.",)


async def test_what_nobody_can_read_is_not_loaded(reader: SlackReader, slack: SlackStub) -> None:
    zipped = file(slack.serve(b"PK"), "a.zip", "application/zip")
    huge = file(slack.serve(b"x"), "b.csv", size=50_000_000)
    found = await read(reader, zipped, huge)
    assert found.notes[0].startswith("I cannot read a.zip. Please paste the text")
    assert found.notes[1] == "b.csv is too large for me; I read files of this kind up to 5 MB."
    assert slack.loaded == []


async def test_a_file_larger_than_it_said_is_not_loaded_to_its_end(
    reader: SlackReader, slack: SlackStub
) -> None:
    found = await read(reader, file(slack.serve(b"x" * 6_000_000), size=10))
    assert "too large" in found.notes[0]


@pytest.mark.parametrize(
    "url", ["https://evil.example/a.csv", "http://files.slack.com/a", "file:///etc/passwd", "x"]
)
async def test_a_file_on_another_host_is_not_fetched(
    reader: SlackReader, slack: SlackStub, url: str
) -> None:
    found = await read(reader, file(url))
    assert "outside Slack" in found.notes[0]


async def test_the_token_is_not_sent_on_to_another_host(
    reader: SlackReader, slack: SlackStub
) -> None:
    away = slack.serve(lambda _: RedirectResponse("https://evil.example/a"), "away")
    assert "files:read" in (await read(reader, file(away))).notes[0]


async def test_a_redirect_on_the_same_host_is_followed(
    reader: SlackReader, slack: SlackStub
) -> None:
    slack.serve(b"day,opens", "there")
    url = slack.serve(lambda _: RedirectResponse("/files-pri/there"), "here")
    assert "day,opens" in (await read(reader, file(url))).text


async def test_the_sign_in_page_is_not_taken_for_the_file(
    reader: SlackReader, slack: SlackStub
) -> None:
    url = slack.serve(lambda _: HTMLResponse("<!DOCTYPE html><title>Sign in</title>"))
    found = await read(reader, file(url, size=17))
    assert "files:read" in found.notes[0]
    assert "Sign in" not in found.text


async def test_a_page_that_somebody_shared_is_read(reader: SlackReader, slack: SlackStub) -> None:
    page = b"<html><b>open</b></html>"
    url = slack.serve(lambda _: HTMLResponse(page))
    found = await read(reader, file(url, "a.html", "text/html", len(page)))
    assert "<b>open</b>" in found.text


async def test_what_a_shared_channel_does_not_say_of_a_file_is_asked(
    reader: SlackReader, slack: SlackStub
) -> None:
    url = slack.serve(b"day,opens")
    slack.files["F7"] = {"id": "F7", "name": "h.csv", "mimetype": "text/csv", "url_private": url}
    event = {"files": [{"id": "F7", "mode": "file_access", "file_access": "check_file_info"}]}
    found = await read(reader, *shared_files(event))
    assert 'File "h.csv":\n```\nday,opens' in found.text


@pytest.mark.parametrize(
    ("error", "note"), [("file_deleted", "no longer there"), ("access_denied", "files:read")]
)
async def test_a_file_that_is_gone_or_hidden_is_said_to_be(
    reader: SlackReader, slack: SlackStub, error: str, note: str
) -> None:
    slack.files["F9"] = error
    found = await read(reader, *shared_files({"files": [{"id": "F9", "mode": "tombstone"}]}))
    assert note in found.notes[0]


async def test_a_host_of_files_in_trouble_is_asked_again(
    reader: SlackReader, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PAUSE", 0)
    answers = [Response(status_code=503), Response(status_code=429), Response(b"day,opens")]
    found = await read(reader, file(slack.serve(lambda _: answers.pop(0))))
    assert "day,opens" in found.text


async def test_a_host_that_gives_one_file_never_does_not_stop_the_answer(
    reader: SlackReader, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PAUSE", 0)
    found = await read(reader, file(slack.serve(lambda _: Response(status_code=500))))
    assert found.notes[0].startswith("Slack did not give me hours.csv just now.")


async def test_slack_out_of_reach_is_worth_another_try(
    reader: SlackReader, slack: SlackStub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PAUSE", 0)
    slack.base_url = "http://127.0.0.1:1/api/"
    with pytest.raises(SurfaceUnavailable):
        await read(reader, file("http://127.0.0.1:1/files-pri/a"))


async def test_a_files_name_calls_nobody(reader: SlackReader, slack: SlackStub) -> None:
    found = await read(reader, file(slack.serve(b"PK"), "<!channel>\n`.zip"))
    assert "I cannot read !channel.zip" in found.notes[0]


@pytest.mark.parametrize("locale", ["ja-JP"])
async def test_notes_are_in_the_askers_language(
    reader: SlackReader, slack: SlackStub, locale: str
) -> None:
    slack.users["U0ASKER001"] = {"name": "aiko", "locale": locale}
    found = await read(reader, file("https://evil.example/a"))
    assert found.notes == (
        "hours.csv は Slack の外にあるため読めません。ファイルそのものを添付してください。",
    )


async def test_a_message_of_files_alone_is_read(reader: SlackReader, slack: SlackStub) -> None:
    shared = (file(slack.serve(b"day,opens")),)
    found = await reader.read(turn("", files=shared), sees=False)
    assert found.text.startswith('File "hours.csv"')


@pytest.mark.parametrize(
    ("url", "api", "own"),
    [
        ("https://files.slack.com/files-pri/T-F/a", "https://slack.com/api/", True),
        ("https://files.slack.com@evil.example/a", "https://slack.com/api/", False),
        ("https://files.slack.com:444/a", "https://slack.com/api/", False),
        ("https://files.slack.com.evil.example/a", "https://slack.com/api/", False),
        ("https://slack.com/a", "https://slack.com/api/", False),
        ("http://127.0.0.1:8000/a", "http://127.0.0.1:8000/api/", True),
        ("http://127.0.0.1:8001/a", "http://127.0.0.1:8000/api/", False),
        ("https://files.slack-gov.com/a", "https://slack-gov.com/api/", True),
        ("https://[bad", "https://slack.com/api/", False),
    ],
)
def test_the_token_goes_to_slacks_hosts_alone(url: str, api: str, own: bool) -> None:
    assert slacks_own(url, api) is own
