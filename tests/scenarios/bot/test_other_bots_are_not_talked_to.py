"""Other apps are ignored unless they are allowed and call the bot; no two bots talk for ever."""

import pytest

from bot.slack.listeners.addressing import PER_THREAD
from tests.factories import ASKER, CHANNEL, TEAM
from tests.fakes.signed_events import BOT, deliver, message
from tests.scenarios.bot.conftest import POLICY, SECRET, Office

pytestmark = pytest.mark.anyio
DEPLOYS = "B0DEPLOYS1"


@pytest.fixture
def allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(POLICY, "ALLOWED_BOTS", DEPLOYS)


@pytest.mark.parametrize("as_user", [True, False])
async def test_a_mention_by_another_app_is_not_answered(office: Office, as_user: bool) -> None:
    ts = await office.people.bot_says("@apprentice hello?", as_user=as_user)
    await office.people.quiet()
    assert await office.turns.get(TEAM, f"{CHANNEL}:{ts}") is None
    assert office.models.chats == []


@pytest.mark.parametrize("as_user", [True, False])
async def test_an_allowed_app_that_calls_is_answered(
    allowed: None, office: Office, as_user: bool
) -> None:
    ts = await office.people.bot_says("@apprentice hello?", as_user=as_user)
    assert "base heard: hello?" in str(await office.people.answer(ts))


async def test_an_allowed_app_that_does_not_call_is_not_answered_in_a_thread_either(
    allowed: None, office: Office
) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.answer(ts)
    said = await office.people.bot_says("deployed", thread=ts)
    await office.people.quiet()
    assert await office.turns.get(TEAM, f"{CHANNEL}:{said}") is None


async def test_a_bot_is_answered_only_so_often_in_a_thread_in_whatever_order_it_speaks(
    allowed: None, office: Office
) -> None:
    root = await office.people.ask(ASKER, "The oven is broken.")
    for number in reversed(range(PER_THREAD + 3)):
        ts = f"{float(root) + 1 + number:.6f}"
        event = message(f"<@{BOT}> ping {number}", ts, thread_ts=root, user=None, bot_id=DEPLOYS)
        for _ in range(2):  # and once more, as Slack does
            assert await deliver(office.bot_url, SECRET, event) == 200
    await office.people.answer(root, number=PER_THREAD)
    accepted = [
        await office.turns.get(TEAM, f"{CHANNEL}:{float(root) + 1 + n:.6f}")
        for n in range(PER_THREAD + 3)
    ]
    assert len([turn for turn in accepted if turn is not None]) == PER_THREAD


async def test_its_own_words_are_never_answered(office: Office) -> None:
    own = message(f"<@{BOT}> hello?", "1732170000.000100", user=BOT, bot_id="B0APPRENTI")
    renamed = message(
        f"<@{BOT}> hello?",
        "1732170000.000200",
        user=None,
        subtype="bot_message",
        bot_id="B0SOMEONE1",
        app_id="A0APPRENTI",
    )
    for event in (own, renamed):
        assert await deliver(office.bot_url, SECRET, event) == 200
        assert await office.turns.get(TEAM, f"{CHANNEL}:{event['ts']}") is None


async def test_a_workflow_s_message_without_any_writer_makes_nothing_fail(office: Office) -> None:
    event = message("A form was sent", "1732170000.000100", user=None, subtype="bot_message")
    assert await deliver(office.bot_url, SECRET, event) == 200
    assert office.models.chats == []
