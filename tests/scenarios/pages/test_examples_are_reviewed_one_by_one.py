"""Review over HTTP, as a browser without scripts does it: one example at a time, and the way back."""

import asyncio
import re
from html import unescape

import httpx
import pytest

from finetune import Example, Message, Status
from tests.factories import ADMIN, CURATOR
from tests.scenarios.pages.conftest import House, sign_in, token_in, waiting

pytestmark = pytest.mark.anyio
JAPANESE = (
    Message(role="user", content="有給休暇は何日ですか？"),
    Message(role="assistant", content="有給休暇は年間25日です。"),
)


ANSWER = Message(role="assistant", content="Thirty days, since last year.")


def form_of(page: httpx.Response, act: str) -> tuple[str, dict[str, str]]:
    """Where this form of the page goes, and what it carries."""
    found = re.search(
        rf'<form method="post" action="([^"]+/{act})".*?</form>', page.text, re.DOTALL
    )
    assert found is not None, page.text
    fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', found[0])
    return unescape(found[1]), {name: unescape(value) for name, value in fields}


async def press(
    browser: httpx.AsyncClient, page: httpx.Response, act: str, **typed: str
) -> httpx.Response:
    """Send a form of the page; what the browser shows then."""
    path, carried = form_of(page, act)
    answer = await browser.post(path, data=carried | typed)
    if answer.status_code != 303:
        return answer
    return await browser.get(answer.headers["location"])


async def stored(house: House, example_id: str) -> Example:
    row = await house.dataset.get(example_id)
    assert row is not None
    return row


async def test_after_a_decision_the_next_one_is_there_with_a_way_back(house: House) -> None:
    await house.wait_for_a_curator(3)
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get("/curate")
        assert "1 of 3" in page.text
        page = await press(browser, page, "approve")
        assert "Approved." in page.text
        assert "number 1?" in page.text
        page = await press(browser, page, "reject", reason="Last year's figure")
        assert "Rejected." in page.text
        assert "1 of 1" in page.text
        ruling = (await stored(house, "example-1")).ruling
        assert ruling is not None
        assert (ruling.by, ruling.reason) == (CURATOR, "Last year's figure")
        page = await press(browser, page, "undo")
        assert "Undone" in page.text
        assert "number 1?" in page.text
    assert (await stored(house, "example-0")).status is Status.APPROVED
    assert (await stored(house, "example-1")).status is Status.PENDING


async def test_the_last_decision_leads_to_the_end_and_can_still_be_undone(house: House) -> None:
    await house.wait_for_a_curator()
    async with house.browser() as browser:
        await sign_in(browser)
        page = await press(browser, await browser.get("/curate"), "approve")
        assert "Well done, nothing is waiting" in page.text
        assert 'href="/curate/dataset"' in page.text
        page = await press(browser, page, "undo")
        assert "1 of 1" in page.text


async def test_one_leafs_through_without_deciding(house: House) -> None:
    await house.wait_for_a_curator(3)
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get("/curate/review/example-1")
        assert "2 of 3" in page.text
        assert 'rel="prev" href="/curate/review/example-0"' in page.text
        assert 'rel="next" href="/curate/review/example-2"' in page.text
        assert (await browser.get("/curate/review/none")).status_code == 404


@pytest.mark.parametrize("act", ["approve", "reject"])
async def test_a_decision_is_taken_once_however_often_it_is_sent(house: House, act: str) -> None:
    [row] = await house.wait_for_a_curator()
    async with house.browser() as browser:
        await sign_in(browser)
        path, carried = form_of(await browser.get("/curate"), act)
        sent = (browser.post(path, data=carried) for _ in range(4))
        assert [answer.status_code for answer in await asyncio.gather(*sent)] == [303] * 4
    assert (await stored(house, row.example_id)).status is not Status.PENDING
    assert (await house.dataset.counts())[Status.PENDING] == 0


async def test_a_long_edit_in_japanese_is_taught_to_the_letter(house: House) -> None:
    await house.dataset.submit(waiting(messages=JAPANESE, rejected="20日です。"))
    typed = "年間の有給休暇は25日です。\n" * 800
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get("/curate")
        sent = {"answer": typed.replace("\n", "\r\n")}  # as browsers send it
        page = await press(browser, page, "edit", **sent)
        assert "Saved in your words" in page.text
        [taught] = await house.dataset.approved()
        assert taught.answer == typed.strip()
        assert taught.edited_by == CURATOR
        page = await press(browser, page, "undo")
    assert await house.dataset.approved() == []
    [again] = await house.dataset.pending()
    assert again.answer == JAPANESE[1].content


async def test_an_edit_without_a_text_changes_nothing(house: House) -> None:
    await house.wait_for_a_curator()
    async with house.browser() as browser:
        await sign_in(browser)
        answer = await press(browser, await browser.get("/curate"), "edit", answer=" \r\n ")
        assert answer.status_code == 422
        assert "There is no text to learn" in answer.text
    assert len(await house.dataset.pending()) == 1


async def test_who_comes_too_late_is_told_who_decided_and_goes_on(house: House) -> None:
    await house.wait_for_a_curator(2)
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get("/curate/review/example-0")
        await house.dataset.reject("example-0", ADMIN, "Wrong year")
        late = await press(browser, page, "approve")
        assert late.status_code == 409
        assert late.headers["hx-push-url"] == "false"
        assert "Alex rejected it" in late.text or "rejected it" in late.text
        assert "Wrong year" in late.text
        assert 'href="/curate/review/example-1"' in late.text
    ruling = (await stored(house, "example-0")).ruling
    assert ruling is not None
    assert ruling.by == ADMIN


async def test_what_was_typed_too_late_is_not_lost(house: House) -> None:
    """To be copied when it is decided; to be applied when it only changed."""
    [row] = await house.wait_for_a_curator()
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get("/curate")
        said = (row.messages[0], Message(role="assistant", content="26 days."))
        await house.dataset.submit(
            row.model_copy(update={"messages": said, "updated_at": 2.0, "votes": ()})
        )
        late = await press(browser, page, "edit", answer="<b>27</b> days.")
        assert late.status_code == 409
        assert "&lt;b&gt;27&lt;/b&gt; days." in late.text
        assert "still waits" in late.text
        assert "26 days." in late.text
        page = await press(browser, late, "edit", answer="<b>27</b> days.")
        assert "Saved in your words" in page.text
    [taught] = await house.dataset.approved()
    assert taught.answer == "<b>27</b> days."


async def test_nobody_undoes_what_somebody_else_decided(house: House) -> None:
    [row] = await house.wait_for_a_curator()
    await house.dataset.approve(row.example_id, ADMIN)
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get(
            f"/curate/review/{row.example_id}?done=approved&of={row.example_id}"
        )
        assert "/undo" not in page.text
        form = {"form_token": token_in(page), "seen": row.look}
        answer = await browser.post(f"/curate/review/{row.example_id}/undo", data=form)
        assert answer.status_code == 409
    assert (await stored(house, row.example_id)).status is Status.APPROVED


async def test_what_an_approval_does_to_other_answers_is_said(house: House) -> None:
    [row] = await house.wait_for_a_curator()
    other = (row.messages[0], Message(role="assistant", content="30 days."))
    await house.dataset.submit(
        waiting(9).model_copy(update={"messages": other, "status": Status.APPROVED})
    )
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get(f"/curate/review/{row.example_id}")
        assert "30 days." in page.text
        assert "will not be taught any more" in page.text
        await press(browser, page, "approve")
    assert [taught.answer for taught in await house.dataset.approved()] == ["25 days."]


async def test_two_curators_are_led_to_different_examples(house: House) -> None:
    await house.wait_for_a_curator(2)
    async with house.browser() as one, house.browser() as other:
        await sign_in(one)
        await sign_in(other, ADMIN)
        assert "number 0?" in (await one.get("/curate")).text
        assert "number 1?" in (await other.get("/curate")).text
        same = await other.get("/curate/review/example-0")
        assert "has this one open, too" in same.text


async def test_japanese_words_that_changed_are_marked(house: House) -> None:
    await house.dataset.submit(waiting(messages=JAPANESE, rejected="有給休暇は年間20日です。"))
    async with house.browser(**{"Accept-Language": "ja"}) as browser:
        await sign_in(browser)
        page = (await browser.get("/curate")).text
    assert "有給休暇は年間<del>20</del><ins>25</ins>日です。" in page
    assert "1 件中 1 件目" in page


async def test_an_edit_into_what_another_row_says_is_undone_whole(house: House) -> None:
    one = waiting(0)
    other = waiting(1, messages=(*one.prompt, ANSWER))
    for row in (one, other):
        await house.dataset.submit(row)
    await house.dataset.approve("example-1", ADMIN)
    async with house.browser() as browser:
        await sign_in(browser)
        page = await browser.get("/curate/review/example-0")
        page = await press(browser, page, "edit", answer=ANSWER.content)
        assert (await stored(house, "example-0")).status is Status.REJECTED
        await press(browser, page, "undo")
    assert (await stored(house, "example-0")).ruling is None
    ruling = (await stored(house, "example-1")).ruling
    assert ruling is not None
    assert ruling.by == ADMIN
