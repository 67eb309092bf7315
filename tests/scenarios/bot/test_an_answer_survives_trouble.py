"""What goes wrong at the model or at Slack costs style, never an answer."""

import pytest

from bot.texts import EN
from tests.factories import ASKER
from tests.fakes.openai_account import Scripted
from tests.fakes.slack_surface import text_of
from tests.fakes.workplace import BOT
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio

LONG = "This answer is long enough to be streamed in several pieces, one after another. " * 4


async def answer(office: Office, question: str = "hello?") -> str:
    """The only answer to a new question."""
    ts = await office.people.ask(ASKER, f"@apprentice {question}")
    message = await office.people.answer(ts)
    assert len(await office.people.answers(ts)) == 1
    return str(message)


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_model_that_stumbles_is_asked_again(office: Office, status: int) -> None:
    office.models.fault("POST /v1/chat", status=status)
    assert "base heard: hello?" in await answer(office)


async def test_a_stream_that_breaks_off_is_answered_whole_in_the_same_message(
    office: Office,
) -> None:
    office.models.queue(Scripted(LONG, breaks_after=30))
    said = await answer(office)
    assert "base heard: hello?" in said
    assert "several pieces" not in said


async def test_a_question_that_the_model_refuses_is_answered_with_an_apology(
    office: Office,
) -> None:
    office.models.fault("POST /v1/chat", status=400, message="context_length_exceeded: secret")
    said = await answer(office)
    assert EN.chat.sorry_refused in said
    assert "secret" not in said


async def test_an_empty_answer_is_said_to_be_one(office: Office) -> None:
    office.models.queue("")
    assert EN.chat.sorry_empty in await answer(office)


async def test_called_into_a_thread_it_may_not_read_it_answers_the_question_alone(
    office: Office,
) -> None:
    ts = await office.people.ask(ASKER, "The oven is broken.")
    await office.people.refuse("missing_scope", "conversations.replies")
    await office.people.ask(ASKER, "@apprentice whom do I call?", thread=ts)
    await office.people.answer(ts)
    [asked] = office.models.chats
    assert [m["content"] for m in asked.messages[1:]] == ["whom do I call?"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """One try instead of five, so that the test does not take half a minute."""
    monkeypatch.setattr("bot.tasks.answering.ATTEMPTS", 1)


async def test_a_model_that_stays_away_is_apologised_for_once(
    impatient: None, office: Office
) -> None:
    office.models.fault("POST /v1/chat", status=503, times=3)
    assert EN.chat.sorry_later in await answer(office)


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.stopStream"])
@pytest.mark.parametrize("error", ["ratelimited", "message_not_in_streaming_state"])
async def test_when_slack_does_not_stream_the_whole_answer_stands_there_all_the_same(
    office: Office, method: str, error: str
) -> None:
    office.models.answer = lambda _model, _messages: LONG
    await office.people.refuse(error, method)
    await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.see("its end", lambda m: "feedback_buttons" in str(m["blocks"]))
    # Slack may have ended a stream: then the answer goes on in a next message.
    ours = [m for m in await office.people.messages() if m.get("user") == BOT]
    assert " ".join(map(text_of, ours)).split() == LONG.split()


async def test_a_status_that_slack_does_not_show_does_not_matter(office: Office) -> None:
    await office.people.refuse("ratelimited", "assistant.threads.setStatus")
    office.models.latency = lambda _: 0.3  # so long that there is something to say
    assert "base heard" in await answer(office)


async def test_a_conversation_too_long_for_the_model_is_cut_and_asked_once_more(
    office: Office,
) -> None:
    ts = await office.people.ask(ASKER, "@apprentice " + "long ago " * 60)
    await office.people.answer(ts)
    office.models.fault("POST /v1/chat", status=400, code="context_length_exceeded")
    await office.people.ask(ASKER, "and now?", thread=ts)
    assert "base heard: and now?" in str(await office.people.answer(ts, number=2))
    assert "long ago" not in str(office.models.chats[-1].messages)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "invalid_api_key", EN.chat.sorry_access),
        (404, "model_not_found", EN.chat.sorry_gone),
        (400, "context_length_exceeded", EN.chat.sorry_too_long),
        (400, "content_filter", EN.chat.sorry_content),
    ],
)
async def test_what_happened_is_said_in_a_sentence_that_says_what_to_do(
    office: Office, status: int, code: str, expected: str
) -> None:
    office.models.fault("POST /v1/chat", status=status, code=code, message="secret", times=2)
    said = await answer(office)
    assert expected in said
    assert "secret" not in said


async def test_in_a_thread_what_is_said_to_somebody_else_is_heard_but_not_answered(
    office: Office,
) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.answer(ts)
    await office.people.ask(ASKER, "<@U0CURATOR1> the code is 42", thread=ts)
    await office.people.ask(ASKER, "what is the code?", thread=ts)
    await office.people.answer(ts, number=2)
    await office.people.quiet()
    said = [m["content"] for m in office.models.chats[1].messages[1:]]
    assert said == ["hello?", "base heard: hello?", "@ben the code is 42", "what is the code?"]
    assert len(office.models.chats) == 2
