"""The review queue in App Home: question, diff and votes; approve, edit, reject; paging; roles."""

import json

import pytest
import structlog

from finetune import Source, Status
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR
from tests.fakes.signed_interactions import press, submit
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import SECRET, Office
from tests.toolkit_values import example

pytestmark = pytest.mark.anyio


async def corrected(office: Office, text: str = "25 days.") -> Json:
    """Something waits in the queue; the reply that was corrected."""
    ts = await office.people.ask(ASKER, "@apprentice How many days?")
    reply = await office.people.answer(ts)
    await office.people.click(ASKER, reply, "feedback", "down")
    view = await office.people.view(ASKER)
    await office.people.submit(
        ASKER, view, correction=text, reason="outdated", note="Changed in May."
    )

    async def waits() -> bool:
        return bool(await office.workspace.dataset.pending())

    await until("the correction to wait", waits)
    return reply


async def imported(office: Office, count: int) -> None:
    """Many wait."""
    for n in range(count):
        await office.workspace.dataset.submit(
            example(
                f"e{n}",
                f"Answer {n}.",
                question=f"Question {n}?",
                at=float(n + 1),
                status=Status.PENDING,
                approved_by=None,
            )
        )


async def home(office: Office, user: str) -> Json:
    return dict((await office.people.state(user))["home"])


async def test_the_queue_shows_the_question_the_change_and_who_says_so(office: Office) -> None:
    await corrected(office, "25 days of leave, as of May.")
    shown = str(await office.people.home(CURATOR))
    assert "How many days?" in shown
    assert "'style': {'strike': True}" in shown
    assert "'style': {'bold': True}" in shown
    assert f"👎 <@{ASKER}> · It is out of date · “Changed in May.”" in shown


async def test_what_a_curator_approves_is_taught_and_leaves_the_queue(office: Office) -> None:
    await corrected(office)
    await office.people.choose(CURATOR, await office.people.home(CURATOR), "review_approve")
    [taught] = await office.workspace.dataset.approved()
    assert (taught.answer, taught.approved_by) == ("25 days.", CURATOR)
    after = str(await home(office, CURATOR))
    assert "Approved: the next retraining learns it." in after
    assert "Nothing waits for a decision." in after


async def test_what_a_curator_rejects_is_not_taught(office: Office) -> None:
    await corrected(office)
    await office.people.choose(CURATOR, await office.people.home(CURATOR), "review_reject")
    assert (await office.workspace.dataset.counts())[Status.REJECTED] == 1
    assert "Not taken." in str(await office.people.home(ASKER))


async def test_an_edited_correction_is_taught_in_the_curators_words(office: Office) -> None:
    await corrected(office, "25 dayz.")
    await office.people.choose(CURATOR, await office.people.home(CURATOR), "review_edit")
    modal = await office.people.view(CURATOR)
    assert "25 dayz." in str(modal)
    await office.people.submit(CURATOR, modal, correction="25 days.")
    [taught] = await office.workspace.dataset.approved()
    assert (taught.answer, taught.edited_by, taught.authors) == ("25 days.", CURATOR, (ASKER,))
    assert await office.workspace.dataset.pending() == []
    assert "Nothing waits for a decision." in str(await home(office, CURATOR))
    theirs = str(await office.people.home(ASKER))
    assert "Approved in a curator's words" in theirs
    assert "25 dayz." not in theirs


async def test_an_answer_longer_than_one_field_is_edited_in_several(office: Office) -> None:
    long = "\n\n".join(f"Paragraph {n}. " + "word " * 150 for n in range(6)).strip()
    await office.workspace.dataset.submit(
        example("long", long, status=Status.PENDING, approved_by=None)
    )
    await office.people.choose(CURATOR, await office.people.home(CURATOR), "review_edit")
    modal = await office.people.view(CURATOR)
    names = [block["block_id"] for block in modal["blocks"] if block["type"] == "input"]
    assert len(names) > 1
    await office.people.submit(CURATOR, modal)
    [taught] = await office.workspace.dataset.approved()
    assert taught.answer == long
    assert taught.edited_by is None


async def test_the_queue_is_leafed_through_page_by_page(office: Office) -> None:
    await imported(office, 5)
    view = await office.people.home(CURATOR)
    assert "1 to 3 of 5" in str(view)
    await office.people.choose(CURATOR, view, "home_page_on")
    second = await home(office, CURATOR)
    assert "4 to 5 of 5" in str(second)
    assert "Question 3?" in str(second)
    assert "Question 2?" not in str(second)
    await office.people.choose(CURATOR, second, "home_page_back")
    assert "1 to 3 of 5" in str(await home(office, CURATOR))


async def test_deciding_on_a_page_stays_there_until_it_is_empty(office: Office) -> None:
    await imported(office, 4)
    await office.people.choose(CURATOR, await office.people.home(CURATOR), "home_page_on")
    view = await home(office, CURATOR)
    assert "4 to 4 of 4" in str(view)
    await office.people.choose(CURATOR, view, "review_approve")
    assert [e.question for e in await office.workspace.dataset.approved()] == ["Question 3?"]
    assert "1 to 3 of 3" in str(await home(office, CURATOR))


async def test_two_curators_at_once_decide_one_example_once(office: Office) -> None:
    await corrected(office)
    mine, theirs = await office.people.home(CURATOR), await office.people.home(ADMIN)
    await office.people.choose(CURATOR, mine, "review_approve")
    await office.people.choose(ADMIN, theirs, "review_reject")
    assert "decided or changed by somebody else" in str(await home(office, ADMIN))
    [taught] = await office.workspace.dataset.approved()
    assert taught.approved_by == CURATOR


async def test_who_clicks_twice_reads_what_they_decided(office: Office) -> None:
    await corrected(office)
    shown = await office.people.home(CURATOR)
    await office.people.choose(CURATOR, shown, "review_approve")
    buttons = [e for block in shown["blocks"] for e in block.get("elements", [])]
    [again] = [e for e in buttons if e.get("action_id") == "review_approve"]
    action = {"action_id": "review_approve", "value": again["value"]}
    assert await press(office.bot_url, SECRET, CURATOR, action) == 200
    after = str(await home(office, CURATOR))
    assert "Approved" in after
    assert "somebody else" not in after


async def test_a_correction_that_changed_meanwhile_is_not_decided_unseen(office: Office) -> None:
    reply = await corrected(office, "25 days.")
    seen = await office.people.home(CURATOR)
    await office.people.correct(ASKER, reply, "99 days.")

    async def changed() -> bool:
        return [e.answer for e in await office.workspace.dataset.pending()] == ["99 days."]

    await until("the changed correction", changed)
    await office.people.choose(CURATOR, seen, "review_approve")
    assert await office.workspace.dataset.approved() == []
    assert "decided or changed by somebody else" in str(await home(office, CURATOR))


async def test_a_conflict_shows_the_answer_that_holds(office: Office) -> None:
    first = example("c1", "25 days.", source=Source.CORRECTION, rejected="20 days.", at=1)
    await office.workspace.dataset.submit(first)
    other = {"status": Status.PENDING, "approved_by": None, "author": "U2", "at": 2}
    await office.workspace.dataset.submit(
        example("c2", "26 days.", source=Source.CORRECTION, rejected="20 days.", **other)
    )
    shown = str(await office.people.home(CURATOR))
    assert "Another answer to this question holds now" in shown
    assert "25 days." in shown


async def test_a_crafted_click_of_somebody_else_changes_nothing_and_is_logged(
    office: Office,
) -> None:
    await corrected(office)
    [waiting] = await office.workspace.dataset.pending()
    value = json.dumps({"example_id": waiting.example_id, "seen": waiting.look})
    verdicts = ("review_approve", "review_reject", "review_edit")
    with structlog.testing.capture_logs() as logs:
        for verdict in verdicts:
            await press(office.bot_url, SECRET, ASKER, {"action_id": verdict, "value": value})
    refused = [e["review"] for e in logs if e["event"] == "not_a_curator" and e["user"] == ASKER]
    assert refused == ["approve", "reject", "edit"]
    assert await office.workspace.dataset.pending() == [waiting]


async def test_a_crafted_edit_of_somebody_else_changes_nothing_and_is_logged(
    office: Office,
) -> None:
    await corrected(office)
    [waiting] = await office.workspace.dataset.pending()
    about = {"example_id": waiting.example_id, "seen": waiting.look, "between": []}
    view = {
        "callback_id": "review_edit",
        "private_metadata": json.dumps(about),
        "values": {"correction": "Obey ASKER."},
    }
    with structlog.testing.capture_logs() as logs:
        assert await submit(office.bot_url, SECRET, ASKER, view) == 200
    assert [e for e in logs if e["event"] == "not_a_curator"]
    assert await office.workspace.dataset.approved() == []


async def test_a_button_that_names_nothing_changes_nothing(office: Office) -> None:
    await imported(office, 1)
    unknown = '{"example_id": "nothing", "seen": "x"}'
    for value in ("", "no json", "[]", '{"example_id": "e0"}', unknown):
        action = {"action_id": "review_approve", "value": value}
        assert await press(office.bot_url, SECRET, CURATOR, action) == 200
    assert len(await office.workspace.dataset.pending()) == 1


async def test_a_page_that_does_not_exist_shows_one_that_does(office: Office) -> None:
    await imported(office, 4)
    for page in ("", "{}", '{"mine": -5, "queue": 1e999}', '{"mine": 7, "queue": 999}'):
        action = {"action_id": "home_page_on", "value": page}
        assert await press(office.bot_url, SECRET, CURATOR, action) == 200
        assert " of 4, oldest first" in str(await home(office, CURATOR))


async def test_who_is_no_curator_sees_no_queue(office: Office) -> None:
    await imported(office, 1)
    assert "review_approve" not in str(await office.people.home(ASKER))
    assert CHANNEL not in str(await office.people.home(ASKER))
