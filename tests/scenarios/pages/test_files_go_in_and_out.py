"""A file is sent, looked at, chosen about and imported once; examples are taken out as files."""

import asyncio
import io
import json
import re
import zipfile
from pathlib import Path
from urllib.parse import quote

import httpx
import openpyxl
import pytest

from finetune import Message, Source, Status
from finetune.audit import Action
from tests.factories import ADMIN, CURATOR, TEAM
from tests.scenarios.pages.conftest import House, sign_in, token_in, waiting

pytestmark = pytest.mark.anyio
PAGE = "/curate/dataset/import"
TOPICS = ("Parking", "Sick leave", "Wifi", "Lunch", "Badges", "Keys", "Visitors", "Expenses")
CSV = "question,answer\n" + "".join(f"{one}?,Ask about {one}.\n" for one in TOPICS)


async def send(
    browser: httpx.AsyncClient, name: str, data: bytes, **headers: str
) -> httpx.Response:
    token = token_in_page(await browser.get(PAGE))
    usual = {
        "Content-Type": "application/octet-stream",
        "X-Form-Token": token,
        "X-File-Name": quote(name),
    }
    return await browser.post(f"{PAGE}s", content=data, headers=usual | headers)


def token_in_page(page: httpx.Response) -> str:
    return token_in(page)


async def settled(browser: httpx.AsyncClient, address: str) -> httpx.Response:
    """The upload's page once nothing is under way."""
    while True:
        page = await browser.get(address)
        assert page.status_code == 200, page.text
        if "<progress" not in page.text:
            return page
        await asyncio.sleep(0.05)


async def sent(browser: httpx.AsyncClient, name: str, data: bytes) -> tuple[str, httpx.Response]:
    answer = await send(browser, name, data)
    assert answer.status_code == 201, answer.text
    address = answer.headers["location"]
    return address, await settled(browser, address)


async def decide(
    browser: httpx.AsyncClient, page: httpx.Response, action: str, *take: str
) -> httpx.Response:
    """As ticked on the page, unless said otherwise."""
    ticked = list(take) or re.findall(r'name="take" value="(\w+)" checked', page.text)
    form: dict[str, object] = {"form_token": token_in(page), "action": action, "take": ticked}
    return await browser.post(str(page.url), data=form)


async def test_a_table_is_looked_at_chosen_about_and_imported_once(house: House) -> None:
    table = CSV + CSV.splitlines()[1] + "\nWho?,mail ann@example.com\n"
    async with house.browser() as browser:
        await sign_in(browser)
        address, page = await sent(browser, "休暇 faq.csv", table.encode())
        assert "rows that were there before" in page.text
        assert "rows with secrets or personal data" in page.text
        assert "mail [email]" in page.text
        assert "ann@example.com" not in page.text
        assert "Import 9 examples" in page.text
        answer = await decide(browser, page, "import", "secrets")  # duplicates are kept, too
        assert answer.headers["location"].endswith("?done=looked")
        page = await settled(browser, address)
        assert "Import 10 examples" in page.text
        again = [decide(browser, page, "import", "secrets") for _ in range(3)]
        assert {each.status_code for each in await asyncio.gather(*again)} == {303}
        done = await settled(browser, address)
        assert "10 rows are in" in done.text
        await decide(browser, page, "import", "secrets")
        assert (await settled(browser, address)).text.count("rows are in") >= 1
    assert (await house.dataset.counts())[Status.APPROVED] == 9
    [row] = [e for e in await house.dataset.approved() if e.question == "Who?"]
    assert "ann@" not in row.answer
    assert row.source is Source.IMPORT
    assert row.approved_by == CURATOR
    log = await house.service.toolkit.workspace(TEAM).audit.entries(action=Action.IMPORTED)
    assert [(one.by, one.detail["rows"]) for one in log] == [(CURATOR, 10)]
    assert files_of(house, address) == []


def files_of(house: House, address: str = "*") -> list[Path]:
    folder = house.service.toolkit.settings.data_dir / "imports"
    return list(folder.glob(f"{address.rpartition('/')[2]}/file/*"))


async def test_a_second_import_says_what_was_known_and_what_is_not_taught(house: House) -> None:
    rule = waiting(
        1,
        messages=(
            Message(role="user", content="Parking?"),
            Message(role="assistant", content="Exactly one."),
        ),
        status=Status.APPROVED,
        approved_by=CURATOR,
    )
    await house.dataset.submit(rule)
    await house.dataset.approve(rule.example_id, CURATOR)
    async with house.browser() as browser:
        await sign_in(browser)
        for new, known, held in ((7, 0, 1), (0, 7, 1)):
            address, page = await sent(browser, "faq.csv", CSV.encode())
            await decide(browser, page, "import")
            done = await settled(browser, address)
            assert "8 rows are in" in done.text
            assert re.findall(r"<dd>(\d+)</dd>", done.text) == [str(new), str(known), str(held)]


async def test_an_import_that_was_interrupted_goes_on(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        address, _ = await sent(browser, "faq.csv", CSV.encode())
        folder = house.service.toolkit.settings.data_dir / "imports" / address.rpartition("/")[2]
        (folder / "wanted").write_bytes(b"")  # a yes, and the process was killed
        assert "8 rows are in" in (await settled(browser, address)).text
    assert (await house.dataset.counts())[Status.APPROVED] == 8


async def test_an_import_that_was_interrupted_goes_on_though_nobody_looks(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        address, _ = await sent(browser, "faq.csv", CSV.encode())
    folder = house.service.toolkit.settings.data_dir / "imports" / address.rpartition("/")[2]
    (folder / "wanted").write_bytes(b"")
    app = house.service.app
    async with asyncio.timeout(20):
        while list(folder.glob("file")):
            async with app.router.lifespan_context(app):  # as when the process begins anew
                await asyncio.sleep(0.05)
    assert (await house.dataset.counts())[Status.APPROVED] == 8


def workbook(*rows: tuple[str, str]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


async def test_a_workbook_is_read(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        data = workbook(("question", "answer"), ("有給は？", "25 日です。"), ("Sick?", "Call."))
        _, page = await sent(browser, "faq.xlsx", data)
        assert "Import 2 examples" in page.text
        assert "25 日です。" in page.text


async def test_an_odd_file_is_refused_with_a_sentence(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        assert "It is empty." in (await sent(browser, "empty.csv", b""))[1].text
    assert (await house.dataset.counts())[Status.APPROVED] == 0


async def test_columns_are_named_where_they_cannot_be_told(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        address, page = await sent(browser, "columns.csv", b"a,b,c\nWhy?,So.,x\nHow?,Thus.,y\n")
        form = {"form_token": token_in(page), "action": "look", "question": "a", "answer": "b"}
        await browser.post(address, data=form)
        assert "Import 2 examples" in (await settled(browser, address)).text


async def test_a_file_of_thirty_megabytes_is_not_read(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        cookies = "; ".join(f"{name}={word}" for name, word in browser.cookies.items())
        host = browser.base_url
        reader, writer = await asyncio.open_connection(host.host, host.port)
        head = (
            f"POST {PAGE}s HTTP/1.1\r\nHost: {host.host}\r\nCookie: {cookies}\r\n"
            "Content-Type: application/octet-stream\r\nContent-Length: 30000000\r\n\r\n"
        )
        writer.write(head.encode())
        assert b" 413 " in await reader.readline()
        writer.close()


async def test_only_a_curator_sends_a_file_and_only_from_our_page(house: House) -> None:
    before = files_of(house)
    stranger = {"Content-Type": "application/octet-stream", "X-Form-Token": "guess"}
    async with house.browser() as browser:
        answer = await browser.post(f"{PAGE}s", content=b"x", headers=stranger)
        assert answer.status_code == 403
        await sign_in(browser)
        for changed in (
            {"X-Form-Token": "guess"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Origin": "https://evil.example.com"},
        ):
            assert (await send(browser, "a.csv", b"x", **changed)).status_code == 403
        multipart = {"Content-Type": "multipart/form-data; boundary=x"}
        assert (await send(browser, "a.csv", b"x", **multipart)).status_code == 415
    assert files_of(house) == before


async def test_an_upload_belongs_to_who_sent_it(house: House) -> None:
    async with house.browser() as browser, house.browser() as other:
        await sign_in(browser)
        await sign_in(other, ADMIN)
        address, page = await sent(browser, "../../etc/passwd.csv", CSV.encode())
        assert (await other.get(address)).status_code == 404
        token = token_in(await other.get(PAGE))
        form = {"form_token": token, "action": "import"}
        assert (await other.post(address, data=form)).status_code == 404
        assert (await browser.get(f"{PAGE}/{'x' * 22}")).status_code == 404
        [file] = files_of(house, address)
        assert file.name == "passwd.csv"
        await decide(browser, page, "remove")
        assert (await browser.get(address)).status_code == 404
    assert files_of(house, address) == []


async def test_downloads_are_of_what_is_asked_for_and_written_down(house: House) -> None:
    rows = [
        await house.dataset.approve(e.example_id, CURATOR)
        for e in await house.wait_for_a_curator(3)
    ]
    await house.dataset.submit(waiting(9))
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get("/curate/dataset/export")
        assert "<strong>3</strong>" in page.text
        form = {"form_token": token_in(page)}
        post = "/curate/dataset/export/"
        chat = await browser.post(f"{post}chat", data=form)
        assert chat.headers["content-disposition"] == 'attachment; filename="examples.jsonl"'
        said = [json.loads(line)["messages"] for line in chat.text.splitlines()]
        assert said == [[m.wire() for m in row.messages] for row in rows]
        assert len((await browser.post(f"{post}dpo", data=form)).text.splitlines()) == 3
        table = await browser.post(f"{post}csv?status=&text=number+9", data=form)
        assert "number 9" in table.text
        assert "number 1" not in table.text
        assert (await browser.post(f"{post}parquet", data=form)).content[:4] == b"PAR1"
        archive = zipfile.ZipFile(
            io.BytesIO((await browser.post(f"{post}huggingface", data=form)).content)
        )
        assert "README.md" in archive.namelist()
        assert (await browser.post(f"{post}exe", data=form)).status_code == 422
        assert (await browser.post(f"{post}chat", data={"form_token": "x"})).status_code == 403
        assert (await browser.get(f"{post}chat")).status_code == 405
    async with house.browser() as stranger:
        assert (await stranger.post(f"{post}chat", data=form)).status_code == 403
        assert (await stranger.get("/curate/dataset/export")).status_code == 403
    log = await house.service.toolkit.workspace(TEAM).audit.entries(action=Action.EXPORTED)
    assert [(one.by, one.detail["format"], one.detail["rows"]) for one in reversed(log)] == [
        (CURATOR, "chat", 3),
        (CURATOR, "dpo", 3),
        (CURATOR, "csv", 1),
        (CURATOR, "parquet", 3),
        (CURATOR, "huggingface", 3),
    ]
