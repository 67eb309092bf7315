"""Somebody who recorded a signed request sends it again, within the five minutes it is good for."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot.sandbox.dispatcher import signature
from tests.factories import ADMIN, ASKER, CHANNEL, TEAM
from tests.fakes import slack_payloads as slack
from tests.fakes.workplace import BOT, until
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
ADMINS = slack.Sender(team=TEAM, user=ADMIN, channel=CHANNEL, bot_user=BOT)
ASKERS = slack.Sender(team=TEAM, user=ASKER, channel=CHANNEL, bot_user=BOT)


class Recorded:
    """One request as it went over the wire, sent as often as its thief likes."""

    def __init__(self, office: Office, body: str, kind: str = FORM) -> None:
        self._url, self._body = f"{office.bot_url}/slack/events", body
        self._headers = {"Content-Type": kind, **signature(SECRET, body)}

    async def send(self) -> httpx.Response:
        async with httpx.AsyncClient(timeout=20) as http:
            return await http.post(self._url, content=self._body, headers=self._headers)


def interaction(office: Office, payload: dict[str, Any]) -> Recorded:
    return Recorded(office, urlencode({"payload": json.dumps(payload)}))


async def test_a_replayed_rollback_goes_back_once(office: Office) -> None:
    registry = office.workspace.registry
    for number in (1, 2, 3):
        await registry.promote(f"model-{number}", run_id=f"run-{number}", by=ADMIN)
    rollback = Recorded(office, urlencode(slack.command(ADMINS, "rollback")))
    assert "model-2" in (await rollback.send()).text
    replayed = await rollback.send()
    assert (replayed.status_code, replayed.text) == (200, "")
    assert await registry.champion() == "model-2"


async def test_copies_that_arrive_at_once_act_once(office: Office) -> None:
    registry = office.workspace.registry
    for number in (1, 2, 3, 4, 5):
        await registry.promote(f"model-{number}", run_id=f"run-{number}", by=ADMIN)
    rollback = Recorded(office, urlencode(slack.command(ADMINS, "rollback")))
    answers = await asyncio.gather(*(rollback.send() for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert await registry.champion() == "model-4"


async def test_a_replayed_choice_does_not_undo_a_later_one(office: Office) -> None:
    action = {"type": "button", "action_id": "home_opt_out", "value": "x"}
    out = interaction(office, slack.block_actions(ASKERS, action))
    back = {"type": "button", "action_id": "home_opt_in", "value": "x"}
    assert (await out.send()).status_code == 200
    assert (await office.preferences.person(TEAM, ASKER)).opted_out
    assert (await interaction(office, slack.block_actions(ASKERS, back)).send()).status_code == 200
    assert (await out.send()).status_code == 200
    assert not (await office.preferences.person(TEAM, ASKER)).opted_out


async def test_a_replayed_try_again_asks_the_model_once(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    answer = await office.people.answer(ts)
    again = interaction(office, slack.message_action(ASKERS, "try_again", answer))

    async def answered() -> bool:
        turn = await office.turns.get(TEAM, f"{CHANNEL}:{ts}")
        return turn is not None and (await office.turns.state(turn)).answered

    await until("the question to be settled", answered)
    for _ in range(3):
        assert (await again.send()).status_code == 200
        await until("the second answer", lambda: len(office.models.chats) >= 2)
        await until("the question to be settled", answered)
    assert len(office.models.chats) == 2


async def test_a_replayed_event_is_answered_once(office: Office) -> None:
    event = slack.mention(ASKERS, "hello?")
    body = json.dumps(slack.envelope(ASKERS, event))
    recorded = Recorded(office, body, JSON)
    for _ in range(5):
        assert (await recorded.send()).status_code == 200
    await office.people.ask(ASKER, "@apprentice and this?")
    await until("both questions", lambda: len(office.models.chats) >= 2)
    asked = [chat.question for chat in office.models.chats]
    assert len([question for question in asked if "hello?" in question]) == 1


async def test_what_failed_may_be_sent_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = office.workspace.registry
    for number in (1, 2):
        await registry.promote(f"model-{number}", run_id=f"run-{number}", by=ADMIN)
    rollback = Recorded(office, urlencode(slack.command(ADMINS, "rollback")))
    with monkeypatch.context() as broken:

        async def fails(*_: object) -> None:
            raise ConnectionError

        broken.setattr(type(registry), "rollback", fails)
        assert "model-1" not in (await rollback.send()).text
        assert await registry.champion() == "model-2"
    assert "model-1" in (await rollback.send()).text
