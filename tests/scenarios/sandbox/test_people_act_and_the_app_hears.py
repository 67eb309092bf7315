"""Everything a person can do in the sandbox reaches a real Bolt app, signed, in Slack's shape."""

from pathlib import Path

import httpx
import pytest

from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR
from tests.fakes.workplace import BOT, until
from tests.scenarios.sandbox.conftest import Desk, open_desk

pytestmark = pytest.mark.anyio
DIRECT = "D0ASKER001"


async def act(desk: Desk, what: str, user: str, ts: str, **more: str) -> httpx.Response:
    body = {"user": user, "channel": CHANNEL, "message_ts": ts, **more}
    return await desk.people.http.post(f"/sandbox/api/{what}", json=body)


async def test_a_mention_arrives_twice_and_is_answered_in_its_thread(desk: Desk) -> None:
    """As `app_mention` and as `message`, one ts; the answer is streamed and holds the buttons."""
    ts = await desk.people.ask(ASKER, "@apprentice hello")
    answer = await desk.people.answer(ts)
    await desk.people.quiet()
    (mention,) = desk.app.events("app_mention")
    heard = [each for each in desk.app.events("message") if each["ts"] == ts]
    assert (mention["ts"], mention["text"]) == (ts, f"<@{BOT}> hello")
    assert [each["channel_type"] for each in heard] == ["channel"]
    assert [block["type"] for block in answer["blocks"]] == ["markdown", "context_actions"]


async def test_a_direct_message_is_no_mention(desk: Desk) -> None:
    """channel_type im, and no app_mention even where the app is named."""
    ts = await desk.people.ask(ASKER, "@apprentice hello", channel=DIRECT)
    await desk.people.answer(ts, channel=DIRECT)
    assert desk.app.events("app_mention") == []
    assert desk.app.events("message")[0]["channel_type"] == "im"


async def test_the_apps_own_messages_come_back_to_it(desk: Desk) -> None:
    """With its bot_id, so that it can tell them apart."""
    await desk.client.chat_postMessage(channel=CHANNEL, text=f"<@{BOT}> myself")
    await desk.people.quiet()
    (own,) = desk.app.events("message")
    assert own["bot_id"] == "B0APPRENTI"
    assert desk.app.events("app_mention") == []


async def test_reactions_reach_the_app_and_are_counted_once(desk: Desk) -> None:
    """Adding twice is one event; taking away is another."""
    ts = await desk.people.ask(ASKER, "hello")
    for _ in range(2):
        await desk.people.react(CURATOR, {"ts": ts}, "+1")
    await desk.people.react(CURATOR, {"ts": ts}, "+1", remove=True)
    await desk.people.quiet()
    (added,) = desk.app.events("reaction_added")
    assert (added["user"], added["reaction"], added["item"]["ts"]) == (CURATOR, "+1", ts)
    assert len(desk.app.events("reaction_removed")) == 1


async def test_thumbs_down_opens_the_form_for_who_clicked(desk: Desk) -> None:
    """The pressed button and the modal are that person's alone; errors keep it open, Save closes it."""
    answer = await desk.people.answer(await desk.people.ask(ASKER, "@apprentice hello"))
    told = await desk.people.click(CURATOR, answer, "feedback", "down")
    assert told["accepted"]
    view = await desk.people.view(CURATOR)
    assert (await desk.people.state(ASKER))["views"] == []
    pressed = {
        user: next(m for m in await desk.people.messages(user=user) if m["ts"] == answer["ts"])
        for user in (ASKER, CURATOR)
    }
    assert [pressed[user]["pressed"] for user in (ASKER, CURATOR)] == [{}, {"feedback": "down"}]
    empty = await desk.people.submit(CURATOR, view)
    refused = await desk.people.submit(CURATOR, view, words="wrong")
    assert "required" in empty["errors"]["words"]
    assert refused == {"closed": False, "errors": {"words": "Not that."}}
    saved = await desk.people.submit(CURATOR, view, words="right", colour="red")
    assert saved == {"closed": True, "errors": {}}
    first, last = desk.app.events("view_submission")
    values = last["view"]["state"]["values"]
    assert values["colour"]["colour"]["selected_option"]["value"] == "red"
    assert first["user"]["id"] == CURATOR


async def test_a_trigger_opens_one_modal_in_time(desk: Desk, tmp_path: Path) -> None:
    """A second use of the same click is refused, and so is a late one."""
    answer = await desk.people.answer(await desk.people.ask(ASKER, "@apprentice hello"))
    await desk.people.click(ASKER, answer, "feedback", "down")
    used = desk.app.events("feedback")[0]["trigger_id"]
    view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": []}
    again = await desk.people.http.post(
        "/api/views.open",
        json={"trigger_id": used, "view": view},
        headers={"Authorization": "Bearer xoxb-sandbox-bot"},
    )
    assert again.json()["error"] == "exchanged_trigger_id"
    async with open_desk(tmp_path / "late", trigger_seconds=0.0, ack_seconds=0.5) as late:
        ts = await late.people.ask(ASKER, "hi")
        await late.people.shortcut(ASKER, {"ts": ts})
        await until("the shortcut to be heard", lambda: late.app.events("message_action"))
        assert (await late.people.state(ASKER))["views"] == []


async def test_a_command_answers_its_sender_only(desk: Desk) -> None:
    """The 200's text is an ephemeral message; the response_url works from elsewhere too."""
    told = await desk.people.command(ADMIN, "status")
    assert told["ack"] == "Only for *your* eyes"
    (heard,) = desk.app.events("command")
    assert (heard["command"], heard["text"], heard["user_id"]) == ("/retrain", "status", ADMIN)
    async with httpx.AsyncClient() as elsewhere:
        await elsewhere.post(heard["response_url"], json={"text": "later"})
    assert await desk.people.whispers(ADMIN) == ["Only for *your* eyes", "later"]
    assert await desk.people.whispers(ASKER) == []


async def test_a_command_that_the_app_leaves_unanswered_is_told_by_slackbot(
    tmp_path: Path,
) -> None:
    """In Slack's words, to the sender only, and the command is not sent again."""
    async with open_desk(tmp_path, ack_seconds=0.3) as desk:
        told = await desk.people.command(ADMIN, "slow")
        assert (told["accepted"], told["reason"]) == (False, "http_timeout")
        whispers = await desk.people.whispers(ADMIN)
    assert whispers == ['/retrain failed with the error "operation_timeout"']
    assert len(desk.app.events("command")) == 1


async def test_the_shortcut_carries_the_message(desk: Desk) -> None:
    """The app hears which message, and may open a modal."""
    ts = await desk.people.ask(ASKER, "hello")
    await desk.people.shortcut(CURATOR, {"ts": ts})
    await desk.people.view(CURATOR)
    (heard,) = desk.app.events("message_action")
    assert (heard["message"]["text"], heard["callback_id"]) == ("hello", "correct_reply")


async def test_an_opened_home_is_published_for_that_person(desk: Desk) -> None:
    """Others have none."""
    home = await desk.people.home(ASKER)
    assert home["blocks"][1]["text"]["text"] == f"You are <@{ASKER}>"
    assert (await desk.people.state(CURATOR))["home"] is None


async def test_a_restarted_sandbox_remembers_the_conversation(tmp_path: Path) -> None:
    """Messages, threads, pressed buttons, and ts values that go on growing."""
    async with open_desk(tmp_path) as first:
        ts = await first.people.ask(ASKER, "@apprentice hello")
        answer = await first.people.answer(ts)
        await first.people.click(ASKER, answer, "feedback", "up")
        before = await first.people.messages()
    async with open_desk(tmp_path) as second:
        assert await second.people.messages() == before
        assert await second.people.ask(ASKER, "again") > answer["ts"]


async def test_what_cannot_be_done_is_said_in_a_sentence(desk: Desk) -> None:
    """4xx and one line, never a traceback."""
    nobody = {"user": "U0NOBODY00", "channel": CHANNEL, "text": "x"}
    wrong = {"user": ASKER, "channel": CHANNEL}
    for path, body in (("message", nobody), ("message", wrong), ("click", {**wrong, "x": 1})):
        answer = await desk.people.http.post(f"/sandbox/api/{path}", json=body)
        assert 400 <= answer.status_code < 500
        assert answer.json()["error"].endswith(".")


async def test_a_deleted_question_leaves_its_thread_readable(desk: Desk) -> None:
    """A tombstone in its place, told as a change; it goes with the last reply."""
    ts = await desk.people.ask(ASKER, "hello")
    replies = [await desk.people.ask(user, "reply", thread=ts) for user in (ASKER, CURATOR)]
    await act(desk, "delete", ASKER, ts)
    await desk.people.quiet()
    root = (await desk.people.messages())[0]
    assert (root["subtype"], root["text"]) == ("tombstone", "This message was deleted.")
    assert (root["reply_count"], root["latest_reply"]) == (2, replies[1])
    (changed,) = desk.app.events("message_changed")
    assert changed["message"]["subtype"] == "tombstone"
    assert changed["previous_message"]["text"] == "hello"
    await act(desk, "delete", CURATOR, replies[1])
    root = (await desk.people.messages())[0]
    assert (root["reply_count"], root["latest_reply"]) == (1, replies[0])
    assert root["reply_users"] == [ASKER]
    await act(desk, "delete", ASKER, replies[0])
    assert await desk.people.messages() == []


async def test_a_message_without_replies_left_counts_none(desk: Desk) -> None:
    """As if nobody had ever answered."""
    ts = await desk.people.ask(ASKER, "hello")
    reply = await desk.people.ask(CURATOR, "reply", thread=ts)
    await act(desk, "delete", CURATOR, reply)
    (root,) = await desk.people.messages()
    assert "reply_count" not in root
    assert "latest_reply" not in root


async def test_an_edit_changes_the_words_or_nothing(desk: Desk) -> None:
    """An edit to nothing is refused; one to the same words is not told to the app."""
    ts = await desk.people.ask(ASKER, "hello")
    assert (await act(desk, "edit", ASKER, ts, text="  ")).status_code == 400
    assert (await act(desk, "edit", ASKER, ts, text=" hello ")).status_code == 200
    (message,) = await desk.people.messages()
    assert (message["text"], message.get("edited")) == ("hello", None)
    await act(desk, "edit", ASKER, ts, text="hello you")
    await desk.people.quiet()
    assert len(desk.app.events("message_changed")) == 1
