"""Two workspaces, one bot: data, rights, links and tokens of one are nothing to the other."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from bot.web.access import Access
from tests.fakes.installed_bot import SECRET, InstalledBot, installed_bot
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.slack_directory import directory
from tests.fakes.slack_payloads import (
    Sender,
    block_actions,
    command,
    envelope,
    mention,
    shown,
    view,
    view_submission,
)
from tests.fakes.workplace import until

pytestmark = pytest.mark.anyio
HILL = Sender(user="U0HILLBOSS")
LAKE = Sender(team="T0LAKE0001", user="U0LAKEBOSS", channel="C0HILL0001", bot_user="U0BOT0LAK")


@pytest.fixture
async def bot(models: OpenAIStub, redis_url: str, tmp_path: Path) -> AsyncIterator[InstalledBot]:
    async with directory() as slack:
        companies = [
            slack.company("T0HILL0001", "Hill Bakery", "U0HILLBOSS"),
            slack.company("T0LAKE0001", "Lake Ferries", "U0LAKEBOSS"),
        ]
        async with installed_bot(slack, models, redis_url, tmp_path) as made:
            for company in companies:
                await made.install(company)
            yield made


async def ask(bot: InstalledBot, sender: Sender, question: str, answer: str) -> dict[str, str]:
    """Ask, wait for the answer; the message that shows it."""
    bot.models.queue(answer)
    await bot.event(envelope(sender, mention(sender, question)))

    def there() -> str | None:
        return next(
            (
                ts
                for (t, _, ts), text in bot.slack.messages.items()
                if t == sender.team and answer in text
            ),
            None,
        )

    return {"ts": await until(f"{answer!r} in {sender.team}", there)}


async def test_the_same_question_is_answered_in_each_with_its_own_token(
    bot: InstalledBot,
) -> None:
    question = mention(HILL, "When do we open?")
    bot.models.queue("At six.")
    await bot.event(envelope(HILL, question))
    await until("Hill's answer", lambda: "At six." in str(bot.slack.texts("T0HILL0001")))
    bot.models.queue("At nine.")
    text = question["text"].replace(HILL.bot_user, LAKE.bot_user)
    await bot.event(envelope(LAKE, question | {"user": LAKE.user, "text": text}))
    await until("Lake's answer", lambda: "At nine." in str(bot.slack.texts("T0LAKE0001")))
    assert "At nine." not in str(bot.slack.texts("T0HILL0001"))
    assert "At six." not in str(bot.models.chats[-1].messages)


async def test_a_click_from_another_workspace_finds_no_reply(bot: InstalledBot) -> None:
    message = await ask(bot, HILL, "When do we open?", "At six.")
    click = block_actions(
        LAKE, {"action_id": "feedback", "value": "up"}, shown(LAKE, "At six.") | message
    )
    assert (await bot.interaction(click)).status_code == 200
    click = block_actions(
        HILL, {"action_id": "feedback", "value": "up"}, shown(HILL, "At six.") | message
    )
    await bot.interaction(click)
    hill = bot.service.toolkit.workspace("T0HILL0001").dataset

    async def curated() -> bool:
        return sum((await hill.counts()).values()) == 1

    await until("Hill's example", curated)
    counts = await bot.service.toolkit.workspace("T0LAKE0001").dataset.counts()
    assert not any(counts.values())


async def test_who_installed_the_app_is_admin_there_and_nowhere_else(bot: InstalledBot) -> None:
    for sender, said in ((HILL, True), (LAKE, True)):
        answer = await bot.command(command(sender, "status"))
        assert ("Only admins" not in answer.text) is said
    stranger = Sender(team="T0LAKE0001", user=HILL.user)
    assert "Only admins" in (await bot.command(command(stranger, "status"))).text


async def test_a_run_planned_in_one_is_not_in_the_other(bot: InstalledBot) -> None:
    submitted = view(LAKE, "retrain", private_metadata='{"channel": "C0HILL0001"}', id="V0LAKE0001")
    outsider = view_submission(Sender(team="T0HILL0001", user=LAKE.user), submitted)
    outsider["view"]["app_installed_team_id"] = "T0HILL0001"
    assert (await bot.interaction(outsider)).status_code == 200
    assert not await bot.service.toolkit.workspace("T0HILL0001").runs.list()
    assert not await bot.service.toolkit.workspace("T0LAKE0001").runs.list()


async def test_a_link_to_the_curation_pages_opens_one_workspace(bot: InstalledBot) -> None:
    access = Access(SECRET, "https://bot.example.com", None)
    for team, user, expected in (
        ("T0HILL0001", "U0HILLBOSS", 303),
        ("T0LAKE0001", "U0HILLBOSS", 403),
    ):
        token = access.link(team, user).partition("token=")[2]
        answer: httpx.Response = await bot.http.post("/curate/enter", data={"token": token})
        assert answer.status_code == expected
        assert ("set-cookie" in answer.headers) is (expected == 303)


async def test_one_that_left_leaves_the_other_in_peace(bot: InstalledBot) -> None:
    await bot.event(envelope(HILL, {"type": "app_uninstalled"}))
    await ask(bot, LAKE, "When do we sail?", "At nine.")
    calls = len(bot.slack.calls)
    await bot.event(envelope(HILL, mention(HILL, "Still there?")))
    assert len(bot.slack.calls) == calls
