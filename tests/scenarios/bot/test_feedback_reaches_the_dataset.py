"""Votes and corrections, from a click in Slack to the one example they make."""

import json
import time

import httpx
import pytest

from bot.domain.preferences import PersonSettings
from bot.domain.voting import gave
from bot.sandbox.dispatcher import signature
from finetune import Example, Source, Status
from tests.factories import ASKER, CHANNEL, CURATOR, TEAM, up
from tests.fakes.signed_events import deliver
from tests.fakes.workplace import BOT, Json, until
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio


async def answered(office: Office, question: str = "How many days of leave?") -> Json:
    ts = await office.people.ask(ASKER, f"@apprentice {question}")
    return await office.people.answer(ts)


async def example(
    office: Office, message: Json, corrected_by: str = "", **expected: object
) -> Example:
    """Wait until the reply's example (of all 👍, or of one correction) is as expected."""
    example_id = f"reply-C0GENERAL1:{message['thread_ts']}" + f"-{corrected_by}" * bool(
        corrected_by
    )

    async def made() -> Example | None:
        found = await office.workspace.dataset.get(example_id)
        fits = found and all(getattr(found, key) == value for key, value in expected.items())
        return found if fits else None

    return await until(f"an example with {expected}", made)


async def test_a_curators_thumbs_up_is_learnt_with_exactly_what_was_sent(office: Office) -> None:
    message = await answered(office)
    await office.people.click(CURATOR, message, "feedback", "up")
    made = await example(office, message, status=Status.APPROVED)
    sent = office.models.chats[0].messages
    assert [m.wire() for m in made.prompt] == sent
    assert (made.source, made.authors, made.approved_by) == (Source.THUMBS_UP, (CURATOR,), CURATOR)


async def test_anyone_elses_thumbs_up_waits_for_a_curator(office: Office) -> None:
    message = await answered(office)
    await office.people.click(ASKER, message, "feedback", "up")
    await example(office, message, status=Status.PENDING)


async def test_thumbs_down_opens_the_modal_with_the_reply_to_edit(office: Office) -> None:
    office.models.answer = lambda _model, _messages: "20 days."
    message = await answered(office)
    await office.people.click(ASKER, message, "feedback", "down")
    view = await office.people.view(ASKER)
    assert view["callback_id"] == "correction"
    assert view["blocks"][0]["element"]["initial_value"] == "20 days."


async def test_a_curators_correction_is_learnt_and_the_wrong_answer_kept(office: Office) -> None:
    office.models.answer = lambda _model, _messages: "20 days."
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    made = await example(office, message, CURATOR, status=Status.APPROVED)
    assert (made.answer, made.rejected, made.source) == ("25 days.", "20 days.", Source.CORRECTION)
    await until("thanks", lambda: _thanked(office, CURATOR, "next retraining will learn it"))


async def test_anyone_elses_correction_waits_and_its_author_is_told(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(ASKER, message, "25 days.")
    await example(office, message, ASKER, status=Status.PENDING, answer="25 days.")
    await until("thanks", lambda: _thanked(office, ASKER, "waits for a curator"))


async def test_pressing_three_times_is_one_vote_and_the_last_one_wins(office: Office) -> None:
    message = await answered(office)
    for _ in range(3):
        await office.people.click(CURATOR, message, "feedback", "up")
    made = await example(office, message, status=Status.APPROVED)
    assert made.authors == (CURATOR,)
    await office.people.click(CURATOR, message, "feedback", "down")
    await example(office, message, status=Status.REJECTED)


async def test_events_delivered_three_times_are_one_vote(office: Office) -> None:
    await office.people.copies(3)
    message = await answered(office)
    await office.people.react(CURATOR, message, "+1::skin-tone-4")
    await office.people.quiet()
    made = await example(office, message, status=Status.APPROVED)
    assert made.authors == (CURATOR,)
    assert sum((await office.workspace.dataset.counts()).values()) == 1


async def test_a_reaction_taken_back_takes_back_its_vote(office: Office) -> None:
    message = await answered(office)
    await office.people.react(CURATOR, message, "thumbsup")
    await example(office, message, status=Status.APPROVED)
    await office.people.react(CURATOR, message, "thumbsup", remove=True)
    await example(office, message, status=Status.REJECTED)


async def test_a_thumbs_up_for_what_was_corrected_before_is_not_thanked_as_a_correction(
    office: Office,
) -> None:
    office.models.answer = lambda _model, _messages: "20 days."
    first = await answered(office)
    await office.people.correct(CURATOR, first, "25 days.")
    await until("thanks", lambda: _thanked(office, CURATOR, "next retraining"))
    office.models.answer = lambda _model, _messages: "25 days."
    again = await answered(office)
    await office.people.click(CURATOR, again, "feedback", "up")
    joined = await example(office, again)
    assert joined.answer == "25 days."
    await office.people.correct(ASKER, again, "30 days.")
    await until("the other's thanks", lambda: _thanked(office, ASKER, "curator"))
    assert len(await office.people.whispers(CURATOR)) == 1


async def test_a_thumbs_down_reaction_leaves_ones_own_correction_standing(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await example(office, message, CURATOR, status=Status.APPROVED)
    await office.people.react(CURATOR, message, "-1")
    await office.people.quiet()
    await office.people.click(ASKER, message, "feedback", "up")
    await example(office, message, CURATOR, status=Status.APPROVED, answer="25 days.")


async def test_a_reaction_that_slack_delivers_after_its_removal_is_no_vote(office: Office) -> None:
    message = await answered(office)
    added = reaction("reaction_added", "Ev1", message, at=100.0)
    removed = reaction("reaction_removed", "Ev2", message, at=200.0)
    for body in (removed, added, added):
        async with httpx.AsyncClient() as http:
            headers = {"Content-Type": "application/json", **signature(SECRET, body)}
            answer = await http.post(
                f"{office.bot_url}/slack/events", content=body, headers=headers
            )
        assert answer.status_code == 200
    reply_id = f"C0GENERAL1:{message['thread_ts']}"
    assert await office.verdicts.of_reply(TEAM, reply_id) == []


def reaction(kind: str, event_id: str, message: Json, *, at: float) -> str:
    item = {"type": "message", "channel": "C0GENERAL1", "ts": message["ts"]}
    event = {
        "type": kind,
        "user": CURATOR,
        "reaction": "+1",
        "item": item,
        "item_user": "U0APPRENTI",
        "event_ts": f"{at:.6f}",
    }
    return json.dumps(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": event_id,
            "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": "U0APPRENTI", "is_bot": True}],
        }
    )


async def test_the_shortcut_opens_the_same_modal(office: Office) -> None:
    message = await answered(office)
    await office.people.shortcut(ASKER, message)
    view = await office.people.view(ASKER)
    await office.people.submit(ASKER, view, correction="25 days.")
    await example(office, message, ASKER, answer="25 days.")


async def test_the_shortcut_on_somebody_elses_message_says_so(office: Office) -> None:
    ts = await office.people.ask(CURATOR, "I am no bot")
    await office.people.shortcut(ASKER, {"ts": ts})
    view = await office.people.view(ASKER)
    assert "not one of my replies" in str(view["blocks"])


async def test_saving_the_same_text_is_refused_in_the_modal(office: Office) -> None:
    office.models.answer = lambda _model, _messages: "20 days."
    message = await answered(office)
    await office.people.correct(CURATOR, message, "20 days.")
    view = await office.people.view(CURATOR)
    assert "already" in view["errors"]["correction"]
    assert sum((await office.workspace.dataset.counts()).values()) == 0


async def test_whoever_disagrees_with_a_curator_waits_for_one(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await example(office, message, CURATOR, status=Status.APPROVED)
    await office.people.correct(ASKER, message, "30 days.")
    made = await example(office, message, ASKER, status=Status.PENDING)
    assert "conflicts" in made.reason
    await until("the author to be told", lambda: _thanked(office, ASKER, "corrected the same"))
    await example(office, message, CURATOR, status=Status.APPROVED, answer="25 days.")


async def test_a_curators_vote_after_anyone_elses_approves(office: Office) -> None:
    message = await answered(office)
    await office.people.click(ASKER, message, "feedback", "up")
    await example(office, message, status=Status.PENDING)
    await office.people.click(CURATOR, message, "feedback", "up")
    made = await example(office, message, status=Status.APPROVED)
    assert made.authors == (ASKER, CURATOR)


async def test_a_correction_written_again_replaces_the_first(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await example(office, message, CURATOR, answer="25 days.")
    await office.people.correct(CURATOR, message, "26 days.")
    await example(office, message, CURATOR, status=Status.APPROVED, answer="26 days.")
    assert [e.answer for e in await office.workspace.dataset.approved()] == ["26 days."]


async def test_secrets_and_addresses_do_not_reach_the_dataset(office: Office) -> None:
    message = await answered(
        office, "Is mari@example.com our baker, key sk-abcdefghijklmnopqrstu1234?"
    )
    await office.people.click(CURATOR, message, "feedback", "up")
    made = await example(office, message, status=Status.APPROVED)
    assert "mari@example.com" not in made.model_dump_json()
    assert "sk-abcdefghijklmnop" not in made.model_dump_json()


async def test_a_vote_belongs_to_the_reply_that_was_shown_when_it_was_given(
    office: Office,
) -> None:
    office.models.answer = lambda _model, _messages: "20 days."
    message = await answered(office)
    turn = await office.turns.get(TEAM, f"C0GENERAL1:{message['thread_ts']}")
    first = await office.turns.reply(TEAM, turn.reply_id)
    anew = turn.model_copy(update={"revision": 1})
    assert await office.turns.revise(anew)
    later = {"reply_id": anew.reply_id, "content": "25 days.", "created_at": first.created_at + 50}
    await office.turns.save_reply(anew, first.model_copy(update=later))
    for event_id, at in (("Ev1", first.created_at + 10), ("Ev2", first.created_at + 60)):
        body = reaction("reaction_added", event_id, message, at=at)
        async with httpx.AsyncClient() as http:
            headers = {"Content-Type": "application/json", **signature(SECRET, body)}
            await http.post(f"{office.bot_url}/slack/events", content=body, headers=headers)
        reply_id = first.reply_id if event_id == "Ev1" else anew.reply_id
        [given] = await office.verdicts.of_reply(TEAM, reply_id)
        assert given.at == pytest.approx(at, abs=1e-5)  # Slack writes six digits
    assert len(await office.verdicts.of_reply(TEAM, first.reply_id)) == 1


async def test_the_corrector_is_thanked_once_however_often_slack_delivers(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await until("thanks", lambda: _thanked(office, CURATOR, "next retraining"))
    await office.people.react(CURATOR, message, "-1")
    await office.people.react(CURATOR, message, "-1", remove=True)
    await office.people.quiet()
    await office.people.correct(CURATOR, message, "26 days.")
    await example(office, message, CURATOR, answer="26 days.")

    async def twice() -> bool:
        return len(await office.people.whispers(CURATOR)) == 2

    await until("thanks for the second", twice)


async def test_the_same_correction_saved_again_is_thanked_once(office: Office) -> None:
    message = await answered(office)
    await office.people.correct(CURATOR, message, "25 days.")
    await office.people.whisper(CURATOR, having="next retraining")
    await office.people.correct(CURATOR, message, "25 days.")
    await office.people.quiet()
    assert len(await office.people.whispers(CURATOR)) == 1


async def test_a_correction_counts_though_slacks_clock_is_ahead_of_ours(office: Office) -> None:
    message = await answered(office)
    reply_id = f"C0GENERAL1:{message['thread_ts']}"
    await office.people.click(CURATOR, message, "feedback", "down")
    view = await office.people.view(CURATOR)
    [before] = await office.verdicts.of_reply(TEAM, reply_id)
    ahead = up(user=CURATOR).model_copy(update={"reply_id": reply_id, "at": before.at + 600})
    await office.verdicts.record(TEAM, gave(ahead))
    await office.people.submit(CURATOR, view, correction="25 days.")
    await example(office, message, CURATOR, status=Status.APPROVED)


async def test_emptied_fields_are_refused_in_a_sentence_of_their_own(office: Office) -> None:
    office.models.answer = lambda *_: "One of many sentences.\n\n" * 150
    message = await answered(office)
    await office.people.click(CURATOR, message, "feedback", "down")
    view = await office.people.view(CURATOR)
    fields = [b["block_id"] for b in view["blocks"] if b["block_id"].startswith("correction")]
    answer = await office.people.submit(CURATOR, view, **dict.fromkeys(fields, ""))
    assert "nothing is written here" in str(answer)


async def test_who_opted_out_leaves_no_trace_by_taking_a_reaction_back(office: Office) -> None:
    message = await answered(office)
    reply_id = f"C0GENERAL1:{message['thread_ts']}"
    await office.people.react(CURATOR, message, "+1")
    await until("the vote", lambda: office.verdicts.of_reply(TEAM, reply_id))
    await office.preferences.save_person(TEAM, CURATOR, PersonSettings(opted_out=True))
    await office.verdicts.erase(TEAM, reply_id, CURATOR)
    await office.people.react(CURATOR, message, "+1", remove=True)
    await office.people.quiet()
    assert not await office.verdicts.acted(TEAM, reply_id, CURATOR)


async def test_a_reaction_to_a_message_that_is_gone_is_taken_and_forgotten(office: Office) -> None:
    now = f"{time.time():.6f}"
    event = {
        "type": "reaction_added",
        "user": ASKER,
        "reaction": "+1",
        "item_user": BOT,
        "item": {"type": "message", "channel": CHANNEL, "ts": "1700000000.000100"},
        "event_ts": now,
    }
    assert await deliver(office.bot_url, SECRET, event) == 200


async def _thanked(office: Office, user: str, words: str) -> bool:
    return any(words in text for text in await office.people.whispers(user))
