"""Somebody repeats what they were not told the end of: it acts once, and they are told the truth."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_sdk.errors import SlackApiError

from bot.adapters.redis import RedisReplays
from bot.slack.listeners import corrections
from bot.slack.regrets import TAKES_LONGER
from bot.texts.feedback import EN
from tests.factories import ADMIN, ASKER, TEAM
from tests.fakes import slack_payloads as slack
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office
from tests.scenarios.intruders.test_signature_that_comes_twice_acts_once import (
    ADMINS,
    ASKERS,
    Recorded,
    interaction,
)

pytestmark = pytest.mark.anyio


def retrain(office: Office, text: str) -> Recorded:
    return Recorded(office, urlencode(slack.command(ADMINS, text)))


@pytest.fixture
async def third(office: Office) -> str:
    for number in (1, 2, 3):
        await office.workspace.registry.promote(f"model-{number}", run_id=f"run-{number}", by=ADMIN)
    return "model-3"


async def test_a_rollback_that_takes_long_is_not_called_failed_and_goes_back_once(
    office: Office, third: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = office.workspace.registry
    real, let = type(registry).rollback, asyncio.Event()

    async def slow(self: Any, *given: Any) -> Any:
        await let.wait()
        return await real(self, *given)

    with monkeypatch.context() as slowly:
        slowly.setattr(type(registry), "rollback", slow)
        told = (await retrain(office, "rollback").send()).json()
    assert told["text"] == TAKES_LONGER
    let.set()

    async def back() -> bool:
        return await registry.champion() == "model-2"

    await until("the rollback that goes on", back)
    assert "model-2" in (await retrain(office, "rollback  ").send()).text
    assert await registry.champion() == "model-2"


async def test_two_rollbacks_at_once_leave_the_same_model(office: Office, third: str) -> None:
    registry = office.workspace.registry
    await asyncio.gather(*(registry.rollback(ADMIN, third) for _ in range(3)))
    assert await registry.champion() == "model-2"


async def test_going_back_once_more_is_meant_by_naming_the_model(
    office: Office, third: str
) -> None:
    for text in ("rollback", "rollback from `model-2`"):
        assert (await retrain(office, text).send()).status_code == 200
    assert await office.workspace.registry.champion() == "model-1"
    assert "model-1" in (await retrain(office, "rollback from model-9").send()).text
    assert await office.workspace.registry.champion() == "model-1"


async def test_what_acted_is_not_called_failed_though_it_cannot_be_noted(
    office: Office, third: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(RedisReplays, "done", fails)
    assert "model-2" in (await retrain(office, "rollback").send()).text


async def test_a_word_that_bolt_takes_for_another_form_gets_the_help(office: Office) -> None:
    answer = await retrain(office, "payload").send()
    assert (answer.status_code, "rollback" in answer.text) == (200, True)


async def test_a_vote_that_counts_is_not_called_failed_where_no_modal_opens(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    answer = await office.people.answer(ts)

    async def expired(*_: object, **__: object) -> None:
        raise SlackApiError("no", {"ok": False, "error": "expired_trigger_id"})

    monkeypatch.setattr(corrections, "open_correction", expired)
    action = {"type": "feedback_buttons", "action_id": "feedback", "value": "down"}
    clicked = slack.block_actions(ASKERS, action | {"action_ts": "9999999999.0"})
    clicked["message"] = json.loads(json.dumps(answer))
    clicked["container"] = {"channel_id": ASKERS.channel, "message_ts": answer["ts"]}
    assert (await interaction(office, clicked).send()).status_code == 200
    await office.people.whisper(ASKER, having=EN.vote_counts)
    reply = await office.turns.reply_at(TEAM, ASKERS.channel, answer["ts"])
    assert reply is not None
