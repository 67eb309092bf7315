"""At the limit of streams, or where streaming is refused, a reply is posted and edited as it grows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import SurfaceRefused
from bot.slack.surface.pace import Pace
from tests.fakes.slack_surface import STOP, Bench, answer, bench, text_of

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]
PIECES = tuple(
    f"Sentence {n} is long enough to be sent to Slack at once, by itself. " for n in range(6)
)
WHOLE = "".join(PIECES)
REFUSALS = ["ratelimited", "unknown_method", "missing_recipient_team_id", "invalid_thread_ts"]


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


@pytest.mark.parametrize("error", REFUSALS)
async def test_it_grows_by_edits_and_ends_whole(slack: Bench, error: str) -> None:
    turn = await slack.asked()
    await slack.people.refuse(error, "chat.startStream", times=9)
    live = await slack.surface.open(turn, None, resumed=False)
    for piece in PIECES[:3]:
        await live.append(piece)
    [growing] = await slack.replies(turn)
    assert text_of(growing) == "".join(PIECES[:3])
    assert STOP in str(growing["blocks"])
    for piece in PIECES[3:]:
        await live.append(piece)
    await live.finish(answer(turn, WHOLE))
    assert await slack.finished(turn) == [WHOLE]


async def test_while_slack_wants_no_more_streams_none_is_asked_for(tmp_path: Path) -> None:
    now = [0.0]
    async with bench(tmp_path, starts=Pace(0.0, clock=lambda: now[0])) as slack:
        await slack.people.refuse("ratelimited", "chat.startStream")
        for seconds, starts in ((0.0, 1), (0.9, 1), (1.0, 2)):  # Retry-After: 1
            now[0] = seconds
            turn = await slack.asked()
            live = await slack.surface.open(turn, None, resumed=False)
            await slack.said(live, turn, *PIECES)
            assert await slack.finished(turn) == [WHOLE]
            assert [method for method, _ in slack.slack.calls].count("chat.startStream") == starts


async def test_it_is_edited_no_more_often_than_slack_allows(tmp_path: Path) -> None:
    now = [0.0]
    async with bench(tmp_path, edits=Pace(1.2, clock=lambda: now[0])) as slack:
        turn = await slack.asked()
        await slack.people.refuse("ratelimited", "chat.startStream")
        live = await slack.surface.open(turn, None, resumed=False)
        await live.append(PIECES[0])
        for number, piece in enumerate(PIECES[1:], start=1):
            now[0] = number * 0.5
            await live.append(piece)
        edits = [method for method, _ in slack.slack.calls].count("chat.update")
        assert edits == 1  # one 1.2 s after the message was posted, the next not before 2.7 s
        await live.finish(answer(turn, WHOLE))
        assert await slack.finished(turn) == [WHOLE]


async def test_an_edit_that_is_limited_is_made_up_for_by_a_later_one(tmp_path: Path) -> None:
    now = [0.0]
    async with bench(tmp_path, edits=Pace(0.0, clock=lambda: now[0])) as slack:
        turn = await slack.asked()
        await slack.people.refuse("ratelimited", "chat.startStream", "chat.update")
        live = await slack.surface.open(turn, None, resumed=False)
        for piece in PIECES[:4]:
            await live.append(piece)
        [growing] = await slack.replies(turn)
        assert text_of(growing) == PIECES[0]  # Slack wants no more edits for a second
        now[0] = 1.0
        await live.append(PIECES[4])
        [growing] = await slack.replies(turn)
        assert text_of(growing) == "".join(PIECES[:5])
        await live.append(PIECES[5])
        await live.finish(answer(turn, WHOLE))
        assert await slack.finished(turn) == [WHOLE]


async def test_where_nothing_can_ever_be_posted_the_reply_is_refused(slack: Bench) -> None:
    turn = await slack.asked()
    await slack.people.refuse("is_archived", "chat.startStream", "chat.postMessage")
    live = await slack.surface.open(turn, None, resumed=False)
    with pytest.raises(SurfaceRefused):
        await slack.said(live, turn, *PIECES)


async def test_a_long_reply_is_edited_part_by_part(slack: Bench) -> None:
    turn = await slack.asked()
    await slack.people.refuse("ratelimited", "chat.startStream")
    live = await slack.surface.open(turn, None, resumed=False)
    paragraphs = [f"{n} " + "word " * 500 + "\n\n" for n in range(6)]
    await slack.said(live, turn, *paragraphs)
    parts = await slack.finished(turn)
    assert len(parts) == 2
    assert " ".join(parts).split() == "".join(paragraphs).split()
