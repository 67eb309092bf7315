"""Many questions in few threads: each has one answer, below those to the questions before it."""

import asyncio
import re

import pytest

from tests.factories import ADMIN, ASKER, CURATOR
from tests.scenarios.bot.conftest import Branch, Office

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]
PEOPLE = (ASKER, CURATOR, ADMIN)
NUMBER = re.compile(r"question (\d+)\b")


async def test_each_thread_is_answered_in_order_whoever_overtakes_whom(office: Office) -> None:
    await office.people.copies(2)
    roots = await asyncio.gather(
        *(office.people.ask(PEOPLE[each % 3], "@apprentice question 0") for each in range(5))
    )
    asked = [
        office.people.ask(PEOPLE[number % 3], f"question {number}", thread=root)
        for number in range(1, 6)
        for root in roots
    ]
    await asyncio.gather(*asked)
    questions = {root: await _questions(office, root) for root in roots}
    for root in roots:
        await office.people.answer(root, number=6)
        answers = [str(each) for each in await office.people.answers(root)]
        assert [found.group(1) for each in answers if (found := NUMBER.search(each))] == questions[
            root
        ]


async def test_killed_in_the_middle_of_a_burst_each_question_has_one_answer(
    branch: Branch,
) -> None:
    asking = [
        asyncio.create_task(branch.people.ask(PEOPLE[each % 3], f"@apprentice question {each}"))
        for each in range(15)
    ]
    roots = await asyncio.gather(*asking)
    await branch.bot.kill()
    await branch.bot.start()
    for root in roots:
        await branch.people.answer(root)
    await branch.people.quiet()
    for root in roots:
        assert len(await branch.people.answers(root)) == 1


async def _questions(office: Office, root: str) -> list[str]:
    """Their numbers, in the order in which they stand in the thread."""
    said = [
        each
        for each in await office.people.messages()
        if root in (each["ts"], each.get("thread_ts")) and each.get("user") in PEOPLE
    ]
    ordered = sorted(said, key=lambda each: str(each["ts"]))
    return [found.group(1) for each in ordered if (found := NUMBER.search(str(each["text"])))]
