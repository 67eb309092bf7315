"""Another answer to the same question takes the place of the one before, message by message."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.conversation import Turn
from bot.texts import EN
from tests.fakes.slack_surface import STOP, Bench, answer, bench, text_of

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]
SHORT = "A short answer, which is nevertheless long enough to be streamed to Slack."
LONG = "\n\n".join(f"Paragraph {n}. " + "Some words that fill it. " * 40 for n in range(14))


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def answered(slack: Bench, content: str) -> tuple[Turn, list[str]]:
    """The turn, to be answered anew, and where its first answer stands."""
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await slack.said(live, turn, content)
    there = [message["ts"] for message in await slack.replies(turn)]
    return turn.model_copy(update={"revision": 1}), there


async def test_while_it_is_written_the_message_says_so(slack: Bench) -> None:
    turn, there = await answered(slack, SHORT)
    live = await slack.again().open(turn, there[-1], resumed=True)
    assert await slack.finished(turn) == [SHORT]  # as long as there is no word of a new one
    await live.append("A")
    [message] = await slack.replies(turn)
    assert EN.chat.writing_anew in str(message["blocks"])
    assert STOP in str(message["blocks"])
    assert "feedback_buttons" not in str(message["blocks"])
    await live.append(SHORT.upper()[1:])
    [message] = await slack.replies(turn)
    assert text_of(message) == SHORT.upper()
    await live.finish(answer(turn, SHORT.upper()))
    assert await slack.finished(turn) == [SHORT.upper()]
    assert [message["ts"] for message in await slack.replies(turn)] == there


async def test_a_shorter_answer_leaves_nothing_of_a_longer_one(slack: Bench) -> None:
    turn, there = await answered(slack, LONG)
    assert len(there) == 2
    live = await slack.again().open(turn, there[-1], resumed=True)
    await slack.said(live, turn, SHORT)
    assert await slack.finished(turn) == [SHORT]
    assert [message["ts"] for message in await slack.replies(turn)] == there[:1]


async def test_a_longer_answer_goes_on_below(slack: Bench) -> None:
    turn, there = await answered(slack, SHORT)
    live = await slack.again().open(turn, there[-1], resumed=True)
    await slack.said(live, turn, *LONG.splitlines(keepends=True))
    assert len(await slack.finished(turn)) == 2
    assert (await slack.replies(turn))[0]["ts"] == there[0]


async def test_killed_in_the_middle_it_is_still_one_answer(slack: Bench) -> None:
    turn, there = await answered(slack, LONG)
    live = await slack.again().open(turn, there[-1], resumed=True)
    await live.append(SHORT)
    live = await slack.again().open(turn, there[0], resumed=True)
    await slack.said(live, turn, SHORT.upper())
    assert await slack.finished(turn) == [SHORT.upper()]


async def test_another_message_of_the_bot_in_the_thread_is_left_alone(slack: Bench) -> None:
    turn, there = await answered(slack, SHORT)
    other = await slack.slack.chat_postMessage(
        channel=turn.channel, thread_ts=turn.thread_ts, text="Something else."
    )
    live = await slack.again().open(turn, there[-1], resumed=True)
    await slack.said(live, turn, SHORT.upper())
    texts = {message["ts"]: message["text"] for message in await slack.replies(turn)}
    assert texts[str(other["ts"])] == "Something else."
    assert len(texts) == 2
