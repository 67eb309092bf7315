"""What each kind of file gives, and what is said of a file that gives nothing."""

import datetime as dt
import io
import zipfile
import zlib

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from bot.documents import Document, Documents, Why, parsing
from bot.documents.kinds import Kind
from bot.documents.parsing import parsed
from bot.errors import FileUnreadable
from tests.unit.bot.documents.files import GIF, PNG, pdf

pytestmark = pytest.mark.anyio


async def read(name: str, data: bytes, mimetype: str = "", letters: int = 100_000) -> Document:
    return await Documents().read(name, mimetype, data, letters)


async def refusal(name: str, data: bytes, mimetype: str = "") -> Why:
    with pytest.raises(FileUnreadable) as caught:
        await read(name, data, mimetype)
    return Why(caught.value.why)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "utf-16-le"]
)
async def test_japanese_text_is_read_in_whichever_encoding(encoding: str) -> None:
    said = "営業時間は七時からです。\n日曜日はお休みします。\n"
    assert (await read("hours.txt", said.encode(encoding))).text == said


async def test_western_text_is_read() -> None:
    said = "Où est la boulangerie ? Déjà fermée, hélas."
    assert (await read("note.txt", said.encode("cp1252"))).text == said


@pytest.mark.parametrize("encoding", ["koi8-r", "cp1251"])
async def test_what_is_no_japanese_is_not_taken_for_it(encoding: str) -> None:
    said = "Привет, как дела сегодня? Магазин открыт утром. " * 3
    assert (await read("note.txt", said.encode(encoding))).text == said


@pytest.mark.parametrize("name", ["main.py", "query.sql", "deploy.log", "x.json", "README", "a.md"])
async def test_code_and_logs_are_text_whatever_their_name(name: str) -> None:
    assert (await read(name, b"open = 7  # \x1b[1mbold\x1b[0m\r\n")).text.startswith("open = 7")


async def test_a_table_is_cut_between_rows_but_text_is_not() -> None:
    assert (await read("a.csv", b"x,y\n1,2\n")).table
    assert (await read("a", b"x,y\n1,2\n", "text/csv")).table
    assert not (await read("a.txt", b"x,y\n1,2\n")).table


async def test_the_text_of_a_pdf_is_read_page_by_page() -> None:
    found = await read("leave.pdf", pdf("Twenty days of leave", "Ask Ben"))
    assert found.text == "[page 1]\nTwenty days of leave\n\n[page 2]\nAsk Ben\n"
    assert found.parts == "2 pages"
    assert found.whole


async def test_a_pdf_is_a_pdf_whatever_its_name() -> None:
    assert "Twenty days" in (await read("leave.txt", pdf("Twenty days"), "text/plain")).text


async def test_a_long_pdf_is_read_as_far_as_there_is_room() -> None:
    found = await read("long.pdf", pdf("first", "second", "third"), letters=3)
    assert "first" in found.text
    assert "third" not in found.text
    assert not found.whole
    assert found.parts == "3 pages"


async def test_a_pdf_without_text_is_scanned() -> None:
    assert await refusal("scan.pdf", pdf("")) is Why.NO_TEXT


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
async def test_an_encrypted_pdf_is_said_to_be(algorithm: str) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf("secret")))
    writer.encrypt("password", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    assert await refusal("secret.pdf", out.getvalue()) is Why.ENCRYPTED


async def test_a_pdf_that_needs_no_password_to_be_read_is_read() -> None:
    writer = PdfWriter(clone_from=io.BytesIO(pdf("for everyone")))
    writer.encrypt("", owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    assert "for everyone" in (await read("open.pdf", out.getvalue())).text


@pytest.mark.parametrize("data", [b"%PDF-1.7\n" + b"rubbish " * 50, pdf("whole")[:200]])
async def test_a_damaged_pdf_is_said_to_be(data: bytes) -> None:
    assert await refusal("broken.pdf", data) is Why.DAMAGED


async def test_a_pdf_that_unpacks_without_end_is_given_up() -> None:
    bomb = zlib.compress(b"BT /F1 12 Tf (a) Tj ET\n" * 10_000_000, 9)
    assert len(bomb) < 2_000_000
    assert await refusal("bomb.pdf", pdf(stream=bomb)) in {Why.TOO_LONG, Why.DAMAGED}


async def test_a_file_that_takes_too_long_ends_its_process_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(FileUnreadable) as caught:
        await parsed(Kind.PDF, pdf("slow"), 1000, seconds=0.001)
    assert caught.value.why == Why.TOO_LONG


async def test_the_process_that_parses_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    async def create(*_command: str, **options: object) -> None:
        seen.update(options)
        raise InterruptedError

    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setattr(parsing.asyncio, "create_subprocess_exec", create)
    with pytest.raises(InterruptedError):
        await parsed(Kind.PDF, b"", 1)
    assert "xoxb-secret" not in str(seen["env"])


async def test_a_workbook_is_read_as_rows_of_each_sheet() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Hours"
    book.active.append(["day", "opens", "since", "open"])
    book.active.append(["Monday", 7, dt.date(2026, 4, 1), True])
    book.active.append([None, None])
    book.create_sheet("Prices").append(["bread, dark", 3.5])
    found = await read("shop.xlsx", saved(book))
    assert found.text == (
        "[sheet Hours]\nday,opens,since,open\nMonday,7,2026-04-01,TRUE\n"
        '[sheet Prices]\n"bread, dark",3.5\n'
    )
    assert found.table


async def test_a_damaged_workbook_is_said_to_be() -> None:
    assert await refusal("shop.xlsx", saved(openpyxl.Workbook())[:300]) is Why.DAMAGED


async def test_a_workbook_that_unpacks_without_end_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", bytes(210_000_000))
    assert await refusal("bomb.xlsx", out.getvalue()) is Why.TOO_LARGE


@pytest.mark.parametrize(("data", "mimetype"), [(PNG, "image/png"), (GIF, "image/gif")])
async def test_a_picture_is_given_as_it_is(data: bytes, mimetype: str) -> None:
    found = (await read("photo.txt", data)).image
    assert found is not None
    assert found.mimetype == mimetype


async def test_what_only_claims_to_be_a_picture_is_not_shown_to_a_model() -> None:
    assert await refusal("photo.heic", b"\0\0\0\x18ftypheic" + bytes(200), "image/heic") is (
        Why.UNSUPPORTED
    )


async def test_a_moving_picture_is_not_shown_since_models_refuse_it() -> None:
    frame = b"\x21\xf9\x04\x00\x0a\x00\x00\x00\x2c" + bytes(20)
    assert await refusal("cat.gif", GIF[:13] + frame * 2) is Why.UNSUPPORTED


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04" + bytes(range(256)), b"\x7fELF" + bytes(300), b"{\\rtf1 hello}"]
)
async def test_what_is_no_text_is_refused_even_when_its_name_says_text(data: bytes) -> None:
    assert await refusal("notes.txt", data, "text/plain") is Why.UNSUPPORTED


@pytest.mark.parametrize("data", [b"", b" \n\t\n", "".encode("utf-16")])
async def test_an_empty_file_is_said_to_be(data: bytes) -> None:
    assert await refusal("a.txt", data) is Why.EMPTY


async def test_more_than_the_limit_of_its_kind_is_not_read() -> None:
    assert await refusal("a.txt", b"a" * 5_000_001) is Why.TOO_LARGE


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    data=st.binary(max_size=400)
    | st.builds(
        bytes.__add__,
        st.sampled_from([b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"GIF89a", b"\0a", b'"']),
        st.binary(max_size=100),
    ),
    name=st.text(max_size=12) | st.sampled_from(["a.csv", "a.xls", "a.ods", "a.txt"]),
    mimetype=st.sampled_from(["", "text/plain", "image/png", "text/csv", "\0"]),
)
async def test_any_bytes_under_any_name_are_read_or_refused(
    data: bytes, name: str, mimetype: str
) -> None:
    try:
        found = await read(name, data, mimetype)
    except FileUnreadable as error:
        assert Why(error.why)
    else:
        assert found.text or found.image
        found.model_dump_json().encode()  # nothing in it that cannot be sent


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(place=st.integers(0, 600), rubbish=st.binary(min_size=1, max_size=30))
async def test_a_pdf_with_any_damage_is_read_or_refused(place: int, rubbish: bytes) -> None:
    whole = pdf("Twenty days of leave")
    try:
        found = await read("leave.pdf", whole[:place] + rubbish + whole[place + len(rubbish) :])
    except FileUnreadable as error:
        assert Why(error.why)
    else:
        assert found.text


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
