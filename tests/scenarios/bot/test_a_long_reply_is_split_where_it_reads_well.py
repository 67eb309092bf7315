"""A reply longer than a message of Slack's stands in several, cut where it reads well."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.slack.splitting import split
from tests.factories import ASKER
from tests.fakes.openai_account import Scripted
from tests.fakes.slack_surface import Bench, bench, text_of
from tests.scenarios.bot.conftest import Office

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]
PROSE = "\n\n".join(f"Paragraph {n}. " + "Some words that fill it. " * 40 for n in range(14))
CODE = "```python\n" + "\n".join(f"value_{n} = {n}" for n in range(900)) + "\n```"


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def test_the_fence_that_a_cut_falls_into_is_closed_and_opened_again(office: Office) -> None:
    office.models.queue(Scripted(CODE))
    ts = await office.people.ask(ASKER, "@apprentice all values?")
    await office.people.answer(ts, number=2)
    first, second = [text_of(message) for message in await office.people.answers(ts)]
    assert first.startswith("```python\n")
    assert first.endswith("\n```")
    assert second.startswith("```python\nvalue_")
    assert second.endswith("\n```")


@pytest.mark.parametrize("text", [PROSE, CODE, f"{PROSE}\n\n{CODE}\n\n{PROSE}"])
async def test_streamed_it_stands_there_as_if_it_had_been_written_at_once(
    slack: Bench, text: str
) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    pieces = [text[at : at + 701] for at in range(0, len(text), 701)]
    await slack.said(live, turn, *pieces)
    assert await slack.finished(turn) == split(text)
    updates = [m for m in await slack.replies(turn) if m.get("edited")]
    assert len(updates) == len(split(text))


async def test_nothing_but_the_last_message_has_buttons_when_it_is_written_at_once(
    slack: Bench,
) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=True)
    await slack.said(live, turn, PROSE)
    assert await slack.finished(turn) == split(PROSE)
