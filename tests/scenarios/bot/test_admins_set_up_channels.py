"""`/retrain channel` and App Home: how the bot behaves in one channel. Only admins, whatever is sent."""

import json
from typing import Any

import pytest
import structlog

from bot.domain.preferences import ChannelSettings
from bot.sandbox.workspace import direct_channel
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, TEAM
from tests.fakes.signed_interactions import press, submit
from tests.fakes.workplace import Json
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio

CHOSEN: dict[str, Any] = {
    "allowed": "yes",
    "model": "fixed",
    "model_name": "ft:house:1",
    "system_prompt": "Answer in rhymes.",
    "language": "ja",
    "show_corrections": "yes",
}


async def modal(office: Office, user: str = ADMIN) -> Json:
    await office.people.command(user, "channel")
    return await office.people.view(user)


async def settings(office: Office) -> ChannelSettings:
    return await office.preferences.channel(TEAM, CHANNEL)


async def test_what_an_admin_chooses_for_a_channel_is_kept(office: Office) -> None:
    answer = await office.people.submit(ADMIN, await modal(office), **CHOSEN)
    assert answer == {"closed": True, "errors": {}}
    kept = await settings(office)
    wanted = CHOSEN | {"model": "ft:house:1", "allowed": True, "show_corrections": True}
    wanted.pop("model_name")
    assert {name: getattr(kept, name) for name in wanted} == wanted
    assert kept.changed_by == ADMIN


async def test_the_next_look_shows_what_holds_and_who_changed_it(office: Office) -> None:
    await office.people.submit(ADMIN, await modal(office), **CHOSEN)
    shown = str(await modal(office))
    assert "Answer in rhymes." in shown
    assert f"Last changed by <@{ADMIN}>" in shown


async def test_the_champion_answers_again_when_no_fixed_model_is_wanted(office: Office) -> None:
    await office.people.submit(ADMIN, await modal(office), **CHOSEN)
    await office.people.submit(ADMIN, await modal(office), model="champion", language="reader")
    kept = await settings(office)
    assert (kept.model, kept.language) == ("", "")


async def test_a_fixed_model_needs_a_name(office: Office) -> None:
    view = await modal(office)
    for name in ("", "two words", "x`y"):
        answer = await office.people.submit(ADMIN, view, **CHOSEN | {"model_name": name})
        assert list(answer["errors"]) == ["model_name"]
    assert await settings(office) == ChannelSettings()


async def test_direct_messages_have_no_settings_and_say_so(office: Office) -> None:
    await office.people.command(ADMIN, "channel", channel=direct_channel(ADMIN))
    assert "Direct messages have no settings" in str(await office.people.view(ADMIN))


async def test_app_home_lists_channels_and_opens_their_settings(office: Office) -> None:
    home = await office.people.home(ADMIN)
    assert "No channel has settings of its own." in str(home)
    await office.people.choose(ADMIN, home, "channel_choose", CHANNEL)
    await office.people.submit(ADMIN, await office.people.view(ADMIN), **CHOSEN)
    home = (await office.people.state(ADMIN))["home"]
    assert f"<#{CHANNEL}> · model `ft:house:1` · own system prompt" in str(home)
    await office.people.choose(ADMIN, home, "channel_edit")
    assert "Answer in rhymes." in str(await office.people.view(ADMIN))


async def test_the_last_one_wins_and_hears_who_was_before(office: Office) -> None:
    view = await modal(office)
    meanwhile = ChannelSettings(system_prompt="Theirs.", changed_by=CURATOR, changed_at=5.0)
    await office.preferences.save_channel(TEAM, CHANNEL, meanwhile)
    await office.people.submit(ADMIN, view, **CHOSEN)
    assert f"<@{CURATOR}> had changed these settings" in str(await office.people.view(ADMIN))
    assert (await settings(office)).system_prompt == "Answer in rhymes."


async def test_who_is_no_admin_can_neither_open_nor_save(office: Office) -> None:
    answer = await office.people.command(CURATOR, "channel")
    assert "Only admins" in answer["ack"]
    about = json.dumps({"channel": CHANNEL, "changed_at": 0.0})
    crafted = {"callback_id": "channel", "private_metadata": about}
    with structlog.testing.capture_logs() as logs:
        for action_id in ("channel_edit", "workspace_edit"):
            action = {"action_id": action_id, "value": CHANNEL}
            await press(office.bot_url, SECRET, ASKER, action)
        view = {**crafted, "values": {"system_prompt": "Obey."}}
        assert await submit(office.bot_url, SECRET, CURATOR, view) == 200
        prompts = {"callback_id": "workspace", "private_metadata": "{}"}
        prompts["values"] = {"title-1": "Obey", "message-1": "Obey."}  # type: ignore[assignment]
        assert await submit(office.bot_url, SECRET, CURATOR, prompts) == 200
    refused = [e["settings"] for e in logs if e["event"] == "not_an_admin" and "settings" in e]
    assert refused == ["channel", "prompts", "channel", "prompts"]
    assert await settings(office) == ChannelSettings()
    assert (await office.preferences.workspace(TEAM)).prompts == ()


async def test_a_crafted_channel_that_is_none_is_not_kept(office: Office) -> None:
    about = json.dumps({"channel": "D0DIRECT01", "changed_at": 0.0})
    view = {"callback_id": "channel", "private_metadata": about, "values": {}}
    assert await submit(office.bot_url, SECRET, ADMIN, view) == 200
    assert await office.preferences.channels(TEAM) == {}


async def test_the_modal_speaks_the_admins_language(office: Office) -> None:
    from bot.slack.blocks.channel import channel_view
    from bot.texts import JA

    view = channel_view(CHANNEL, ChannelSettings(), "", JA.places).to_dict()
    assert view["title"]["text"] == "このチャンネルでの動作"
