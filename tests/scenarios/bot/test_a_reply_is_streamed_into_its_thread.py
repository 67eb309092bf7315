"""A reply is streamed while it is written, and ends whole and exact, whatever happens on the way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.conversation import Turn
from tests.factories import ASKER
from tests.fakes.openai_account import Scripted
from tests.fakes.slack_surface import STOP, Bench, answer, bench, text_of
from tests.scenarios.bot.conftest import Office

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]
PIECES = tuple(
    f"Sentence {n} is long enough to be sent to Slack at once, by itself. " for n in range(4)
)
WHOLE = "".join(PIECES)


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def begun(slack: Bench) -> tuple[Turn, str]:
    """A reply that a killed process left in the middle; where it stands."""
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    for piece in PIECES[:3]:
        ts = await live.append(piece)
    assert ts is not None
    return turn, ts


async def test_it_grows_under_a_stop_button_that_is_gone_in_the_end(slack: Bench) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await live.append(PIECES[0])
    ts = await live.append(PIECES[1])
    [growing] = await slack.replies(turn)
    assert growing["streaming"]
    assert text_of(growing) == PIECES[0] + PIECES[1]
    assert STOP in str(growing["blocks"])
    assert await live.finish(answer(turn, PIECES[0] + PIECES[1])) == ts
    assert await slack.finished(turn) == [PIECES[0] + PIECES[1]]


async def test_under_it_stands_which_model_wrote_it_and_how_it_learns(office: Office) -> None:
    office.models.queue(Scripted(WHOLE))
    message = await office.people.answer(await office.people.ask(ASKER, "@apprentice hello?"))
    assert text_of(message) == WHOLE
    contexts = [block for block in message["blocks"] if block["type"] == "context"]
    assert contexts[-1]["elements"][0]["text"] == "base · How it learns"


async def test_a_stream_that_gets_old_goes_on_in_a_next_message(tmp_path: Path) -> None:
    async with bench(tmp_path, life=0.0) as slack:
        turn = await slack.asked()
        live = await slack.surface.open(turn, None, resumed=False)
        pieces = [f"{piece}\n\n" for piece in PIECES]
        await slack.said(live, turn, *pieces)
        parts = await slack.finished(turn)
        assert len(parts) > 1
        assert "\n\n".join(parts).split() == WHOLE.split()


async def test_a_stream_that_slack_has_ended_goes_on_in_a_next_message(tmp_path: Path) -> None:
    async with bench(tmp_path, stream_seconds=0.0) as slack:
        turn = await slack.asked()
        live = await slack.surface.open(turn, None, resumed=False)
        await slack.said(live, turn, *PIECES)
        parts = await slack.finished(turn)
        assert len(parts) > 1
        assert " ".join(parts).split() == WHOLE.split()


async def test_where_slack_limits_appending_the_text_waits_and_the_stream_goes_on(
    slack: Bench,
) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await live.append(PIECES[0])
    await slack.people.refuse("ratelimited", "chat.appendStream")
    for piece in PIECES[1:]:
        await live.append(piece)
    [growing] = await slack.replies(turn)
    assert growing["streaming"]
    await live.finish(answer(turn, WHOLE))
    assert await slack.finished(turn) == [WHOLE]


@pytest.mark.parametrize("method", ["chat.startStream", "chat.appendStream", "chat.postMessage"])
async def test_a_call_whose_outcome_is_unknown_leaves_one_whole_answer(
    slack: Bench, method: str
) -> None:
    turn = await slack.asked()
    if method == "chat.postMessage":
        await slack.people.refuse("ratelimited", "chat.startStream")
    slack.slack.lose[method] = 1
    live = await slack.surface.open(turn, None, resumed=False)
    await slack.said(live, turn, *PIECES)
    assert slack.slack.lose[method] == 0
    assert await slack.finished(turn) == [WHOLE]


@pytest.mark.parametrize("error", ["internal_error", "invalid_blocks", "message_not_found"])
async def test_a_stream_that_is_refused_in_the_middle_is_edited_on(
    slack: Bench, error: str
) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await live.append(PIECES[0])
    await slack.people.refuse(error, "chat.appendStream")
    await slack.said(live, turn, *PIECES[1:])  # what was appended before belongs to the reply, too
    await live.finish(answer(turn, WHOLE))
    assert await slack.finished(turn) == [WHOLE]


async def test_an_answer_deleted_while_it_is_written_is_posted_again(slack: Bench) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    ts = await live.append(PIECES[0])
    await slack.slack.chat_delete(channel=turn.channel, ts=str(ts))
    for piece in PIECES[1:]:
        await live.append(piece)
    await live.finish(answer(turn, WHOLE))
    assert await slack.finished(turn) == [WHOLE]


@pytest.mark.parametrize("noted", [True, False])
async def test_what_a_killed_process_began_is_finished_by_the_next(
    slack: Bench, *, noted: bool
) -> None:
    turn, ts = await begun(slack)
    live = await slack.again().open(turn, ts if noted else None, resumed=True)
    await slack.said(live, turn, *PIECES)
    assert await slack.finished(turn) == [WHOLE]
    assert [message["ts"] for message in await slack.replies(turn)] == [ts]


async def test_killed_after_its_stream_rotated_no_part_of_it_is_left_over(tmp_path: Path) -> None:
    async with bench(tmp_path, life=0.0) as slack:
        turn, ts = await begun(slack)
        assert len(await slack.replies(turn)) == 2
        live = await slack.again(life=300.0).open(turn, ts, resumed=True)
        await slack.said(live, turn, *PIECES)
        assert await slack.finished(turn) == [WHOLE]


async def test_finished_twice_it_stands_there_once(slack: Bench) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await slack.said(live, turn, *PIECES)
    for _ in range(2):  # with and without the note of where it is
        again = await slack.again().open(turn, None, resumed=True)
        await again.finish(answer(turn, WHOLE))
    assert await slack.finished(turn) == [WHOLE]


async def test_the_first_word_is_seen_at_once(slack: Bench) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    assert await live.append("\n") is None
    assert await live.append("20") is not None
    [growing] = await slack.replies(turn)
    assert text_of(growing).strip() == "20"
    await live.append(" days.")
    await live.finish(answer(turn, "\n20 days."))
    assert [text.strip() for text in await slack.finished(turn)] == ["20 days."]


async def test_an_answer_that_comes_whole_is_posted_at_once(slack: Bench) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await live.finish(answer(turn, "20 days."))
    assert await slack.finished(turn) == ["20 days."]
    assert "chat.startStream" not in [method for method, _ in slack.slack.calls]


async def test_what_comes_with_the_end_of_an_answer_is_not_missed(tmp_path: Path) -> None:
    async with bench(tmp_path, life=0.0) as slack:
        turn = await slack.asked()
        live = await slack.surface.open(turn, None, resumed=False)
        for piece in PIECES[:2]:
            await live.append(f"{piece}\n\n")
        await live.finish(answer(turn, "".join(f"{piece}\n\n" for piece in PIECES)))
        parts = await slack.finished(turn)
        assert len(parts) > 1
        assert " ".join(parts).split() == WHOLE.split()


async def test_an_apology_takes_the_place_of_all_that_was_begun(tmp_path: Path) -> None:
    async with bench(tmp_path, life=0.0) as slack:
        turn, ts = await begun(slack)
        await slack.again().say(turn, ts, "Sorry.", resumed=True)
        [message] = await slack.replies(turn)
        assert message["text"] == "Sorry."
        assert not message["streaming"]
