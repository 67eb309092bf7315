"""The clock of the bot's machine is an hour ahead, and is set back."""

import asyncio
import shutil
import time
from pathlib import Path

import pytest

from bot.bootstrap.connecting import DOCKET
from tests.factories import ASKER
from tests.fakes.openai_account import Scripted
from tests.fakes.workplace import until
from tests.scenarios.outages.conftest import Site

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(90)]
HOUR = 3600


class Clock:
    """Of one bot, by a file that it reads."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.set(0)

    def set(self, seconds: float) -> None:
        """Ahead of ours by so much."""
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.file)


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "clock")


@pytest.fixture
def more_environment(clock: Clock, tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "python"
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("set_clock.py"), folder / "sitecustomize.py")
    return {"PYTHONPATH": str(folder), "CLOCK_FILE": str(clock.file)}


async def test_what_was_put_off_by_an_hour_is_done_once_the_clock_is_right(
    site: Site, clock: Clock
) -> None:
    gate = asyncio.Event()
    site.models.queue(Scripted("It was said in the end.", gate=gate))
    asked = await site.people.ask(ASKER, "@apprentice hello?")
    await until("the model to be asked", lambda: site.models.chats)
    await site.people.quiet()
    shown = ("chat.postMessage", "chat.startStream", "chat.update", "chat.stopStream")
    await site.people.refuse("internal_error", *shown, times=3)
    clock.set(HOUR)
    gate.set()
    await until("another try to be put off by an hour", lambda: _put_off(site, "answer:"))

    clock.set(0)
    await site.people.answer(asked)
    later = await site.people.ask(ASKER, "@apprentice and now?")
    await site.people.answer(later)
    assert [len(await site.people.answers(ts)) for ts in (asked, later)] == [1, 1]
    await until("nothing to be put off", lambda: not _put_off(site, ""))


def _put_off(site: Site, prefix: str) -> list[str]:
    """Tasks that wait for longer than half an hour; one of them rightly does."""
    with site.database.client() as client:
        late = client.zrangebyscore(f"{DOCKET}:queue", time.time() + HOUR / 2, "+inf")
    return [str(name) for name in late if str(name).startswith(prefix) and name != "watch"]
