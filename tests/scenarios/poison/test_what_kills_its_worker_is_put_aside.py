"""kill -9 in every try of one turn: that turn is given up in the end, and no other."""

import asyncio

import pytest

from bot.domain.aside import Why
from bot.tasks.trying import DEATHS
from bot.texts import EN
from tests.factories import ASKER
from tests.scenarios.bot.conftest import Branch
from tests.scenarios.poison.listing import listed

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


async def test_a_question_that_kills_the_bot_each_time_is_apologised_for_and_put_aside(
    branch: Branch,
) -> None:
    deaths, deadly = 0, asyncio.Event()

    def answer(_model: str, messages: list[dict[str, str]]) -> str:
        """The bot dies of this question before it has the answer."""
        if "deadly" in str(messages[-1]["content"]):
            deadly.set()
        return f"heard {messages[-1]['content']}"

    branch.models.answer = answer
    branch.models.latency = lambda _model: 0.5
    thread = await branch.people.ask(ASKER, "@apprentice deadly?")
    innocent = await branch.people.ask(ASKER, "@apprentice harmless?")
    while deaths < DEATHS:
        async with asyncio.timeout(60):
            await deadly.wait()
        await branch.bot.kill()
        deaths += 1
        deadly.clear()
        await branch.bot.start()
    await branch.people.see("the apology", lambda m: EN.chat.sorry_broken in str(m))
    assert "heard harmless?" in str(await branch.people.answer(innocent))
    [entry] = await listed(branch.bot.environment)
    assert (entry["why"], entry["kind"], entry["tries"]) == (Why.DIES.value, "answer", DEATHS)
    assert not deadly.is_set()
    assert len(await branch.people.answers(thread)) == 1
