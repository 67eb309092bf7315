"""Whoever opens the conversation with the agent sees questions to start from."""

import pytest

from tests.factories import ADMIN, ASKER, JAPANESE
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio


async def suggested(office: Office, user: str) -> list[Json]:
    """What the pane shows to this person."""
    await office.people.open_pane(user)

    async def there() -> list[Json]:
        return list((await office.people.pane(user)).get("prompts", []))

    return list(await until(f"prompts for {user}", there))


async def write(office: Office, **values: str) -> Json:
    await office.people.choose(ADMIN, await office.people.home(ADMIN), "workspace_edit")
    return await office.people.submit(ADMIN, await office.people.view(ADMIN), **values)


async def test_the_usual_questions_come_in_the_readers_language(office: Office) -> None:
    english, japanese = await suggested(office, ASKER), await suggested(office, JAPANESE)
    assert english[0]["title"] == "What can you do?"
    assert japanese[0]["title"] == "何ができますか？"
    assert len(english) == len(japanese) == 4


async def test_an_admin_chooses_what_is_suggested(office: Office) -> None:
    values = {"title-1": "Leave", "message-1": "How many days of leave do I have?"}
    assert (await write(office, **values))["closed"]
    wanted = [{"title": "Leave", "message": "How many days of leave do I have?"}]
    assert await suggested(office, ASKER) == wanted


async def test_emptied_again_the_usual_ones_come_back(office: Office) -> None:
    await write(office, **{"title-1": "Leave", "message-1": "How many days?"})
    await write(office, **{"title-1": "", "message-1": ""})
    assert len(await suggested(office, ASKER)) == 4


async def test_half_a_suggestion_is_sent_back(office: Office) -> None:
    answer = await write(office, **{"title-1": "Leave", "message-2": "How many days?"})
    assert sorted(answer["errors"]) == ["message-1", "title-2"]


async def test_slack_refusing_prompts_upsets_nothing(office: Office) -> None:
    await office.people.refuse("channel_not_found", "assistant.threads.setSuggestedPrompts")
    await office.people.open_pane(ASKER)
    await office.people.quiet()
    assert len(await suggested(office, ASKER)) == 4
