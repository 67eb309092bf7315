"""Under a question stands what is being done about it, until an answer stands there."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.conversation import Stage, Turn
from bot.errors import SurfaceRefused
from bot.slack.surface.pace import Pace
from bot.slack.surface.status import TIMES, StatusLine
from tests.factories import ASKER, JAPANESE
from tests.fakes.openai_account import Scripted
from tests.fakes.slack_surface import Bench, answer, bench
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]
SET = "assistant.threads.setStatus"


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[Bench]:
    async with bench(tmp_path) as made:
        yield made


async def status(slack: Bench, turn: Turn) -> str:
    """What stands under the question."""
    channels = (await slack.people.state())["channels"]
    threads = next(each for each in channels if each["id"] == turn.channel)["threads"]
    return str(threads.get(turn.thread_ts, {}).get("status", ""))


async def shows(slack: Bench, turn: Turn, words: str) -> None:
    async def there() -> bool:
        return await status(slack, turn) == words

    await until(words, there)


@pytest.mark.parametrize(
    ("user", "stage", "words"),
    [
        (ASKER, Stage.READING_THREAD, "is reading the thread…"),
        (ASKER, Stage.READING_FILES, "is reading your files…"),
        (ASKER, Stage.WRITING, "is writing…"),
        (JAPANESE, Stage.THINKING, "が考えています…"),
        (JAPANESE, Stage.READING_FILES, "がファイルを読んでいます…"),
    ],
)
async def test_it_is_said_in_the_askers_language(
    slack: Bench, user: str, stage: Stage, words: str
) -> None:
    turn = await slack.asked(user=user)
    await slack.surface.status(turn, stage)
    await shows(slack, turn, words)
    await slack.surface.status(turn, None)
    assert await status(slack, turn) == ""


async def test_it_is_said_again_before_slack_takes_it_away(slack: Bench) -> None:
    line = StatusLine(slack.surface.clients, slack.surface.people, refresh=0.01)
    turn = await slack.asked()
    await line.show(turn, Stage.THINKING)

    def said() -> int:
        return [method for method, _ in slack.slack.calls].count(SET)

    await until("three calls", lambda: said() >= 3)
    await line.show(turn, None)
    await asyncio.sleep(0)
    after = said()
    await asyncio.sleep(0.1)
    assert said() == after
    assert await status(slack, turn) == ""


async def test_however_often_it_changes_it_is_taken_away(slack: Bench) -> None:
    turn = await slack.asked()
    for _ in range(TIMES):
        for stage, words in ((Stage.THINKING, "is thinking…"), (Stage.WRITING, "is writing…")):
            await slack.surface.status(turn, stage)
            await shows(slack, turn, words)
    await slack.surface.status(turn, None)
    assert await status(slack, turn) == ""


async def test_of_who_failed_it_is_not_said_again(slack: Bench) -> None:
    """Another process goes on, and its answer may stand there by then."""
    line = StatusLine(slack.surface.clients, slack.surface.people, refresh=0.01)
    turn = await slack.asked()

    async def fails() -> None:
        await line.show(turn, Stage.THINKING)
        await shows(slack, turn, "is thinking…")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await asyncio.create_task(fails())
    await asyncio.sleep(0.1)
    before = len(slack.slack.calls)
    await asyncio.sleep(0.2)
    assert len(slack.slack.calls) == before
    await line.show(turn, Stage.THINKING)  # who begins anew says it anew
    await until("it to be said", lambda: len(slack.slack.calls) > before)
    await line.show(turn, None)


async def test_it_is_gone_when_the_answer_stands_there(slack: Bench) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await shows(slack, turn, "is thinking…")
    await slack.said(live, turn, "20 days.")
    assert await status(slack, turn) == ""


async def test_it_is_gone_when_an_answer_was_rewritten_in_its_place(slack: Bench) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await slack.said(live, turn, "20 days.")
    again = turn.model_copy(update={"revision": 1})
    live = await slack.surface.open(again, None, resumed=True)
    await shows(slack, turn, "is thinking…")
    await slack.said(live, again, "25 days.")
    assert await status(slack, turn) == ""


async def test_it_is_gone_when_slack_shows_no_answer(slack: Bench) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await slack.people.refuse("is_archived", "chat.postMessage")
    with pytest.raises(SurfaceRefused):
        await live.finish(answer(turn, "20 days."))
    assert await status(slack, turn) == ""


async def test_without_a_status_the_answer_comes_as_well(slack: Bench) -> None:
    turn = await slack.asked()
    await slack.people.refuse("missing_scope", SET, times=9)
    live = await slack.surface.open(turn, None, resumed=False)
    await slack.said(live, turn, "20 days.")
    assert await slack.finished(turn) == ["20 days."]


class Held:
    """Keeps back what is said in the status line until it is let go; `asked`: it was begun."""

    def __init__(self, slack: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked, self.free = asyncio.Event(), asyncio.Event()
        call = slack.slack.api_call

        async def late(method: str, **values: Any) -> Any:
            if method == SET and not self.free.is_set():
                self.asked.set()
                await self.free.wait()
            return await call(method, **values)

        monkeypatch.setattr(slack.slack, "api_call", late)


async def test_nobody_waits_for_it_and_what_comes_after_the_answer_is_taken_away(
    slack: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(slack, monkeypatch)
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await held.asked.wait()
    assert await live.append("20 days.") is not None
    held.free.set()
    await live.finish(answer(turn, "20 days."))
    assert await status(slack, turn) == ""
    said = [values["json"]["status"] for method, values in slack.slack.calls if method == SET]
    assert said == ["is thinking…", ""]


async def test_where_the_text_follows_at_once_nothing_is_said_before_it(slack: Bench) -> None:
    turn = await slack.asked()
    await slack.surface.status(turn, Stage.READING_THREAD)
    live = await slack.surface.open(turn, None, resumed=False)
    await slack.said(live, turn, "20 ", "days.")
    assert SET not in [method for method, _ in slack.slack.calls]


@pytest.mark.parametrize(("meanwhile", "calls"), [(True, 2), (False, 1)])
async def test_what_was_said_while_a_message_was_posted_is_taken_away(
    slack: Bench, *, meanwhile: bool, calls: int
) -> None:
    turn = await slack.asked()
    before = time.monotonic()
    await slack.surface.status(turn, Stage.THINKING)
    await shows(slack, turn, "is thinking…")
    line = slack.surface.line
    await until("Slack's answer", lambda: not line._lines[turn.team, turn.thread_id].telling)
    line.gone(turn, before if meanwhile else time.monotonic())
    await line.show(turn, None)
    assert [method for method, _ in slack.slack.calls].count(SET) == calls


async def test_what_others_said_is_taken_away_where_no_message_appears(slack: Bench) -> None:
    turn = await slack.asked()
    live = await slack.surface.open(turn, None, resumed=False)
    await slack.said(live, turn, "20 days.")
    await slack.slack.assistant_threads_setStatus(
        channel_id=turn.channel, thread_ts=turn.thread_ts, status="is in the queue…"
    )
    again = await slack.again().open(turn, None, resumed=True)
    await again.finish(answer(turn, "20 days."))
    assert await status(slack, turn) == ""


async def test_of_what_changes_while_slack_is_told_only_the_last_is_said(
    slack: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(slack, monkeypatch)
    turn = await slack.asked()
    await slack.surface.status(turn, Stage.READING_FILES)
    await held.asked.wait()
    for stage in (Stage.READING_THREAD, Stage.THINKING):
        await slack.surface.status(turn, stage)
    held.free.set()
    await shows(slack, turn, "is thinking…")
    await slack.surface.status(turn, None)
    said = [values["json"]["status"] for method, values in slack.slack.calls if method == SET]
    assert said == ["is reading your files…", "is thinking…", ""]


async def test_where_the_text_can_not_be_shown_it_says_that_it_is_written(tmp_path: Path) -> None:
    never = Pace(0.0)
    async with bench(tmp_path, starts=never, edits=never) as slack:
        turn = await slack.asked()
        never.hold(turn.team, 1000.0)
        live = await slack.surface.open(turn, None, resumed=False)
        await live.append("20 ")
        await shows(slack, turn, "is writing…")
        await live.append("days.")
        await live.finish(answer(turn, "20 days."))
        assert await status(slack, turn) == ""
        assert await slack.finished(turn) == ["20 days."]


async def test_a_question_in_a_thread_is_thought_about_in_public(office: Office) -> None:
    gate = asyncio.Event()
    office.models.queue(Scripted("20 days.", gate=gate))
    ts = await office.people.ask(ASKER, "@apprentice hello?")

    async def stands() -> str:
        channels = (await office.people.state())["channels"]
        threads = next(each for each in channels if each["id"] == "C0GENERAL1")["threads"]
        return str(threads.get(ts, {}).get("status", ""))

    await until("the status", stands)
    assert await stands() == "is thinking…"
    gate.set()
    await office.people.answer(ts)
    assert await stands() == ""
