"""One demo from start to stop: the programs, the base model, then the page or the tour.

Called by `bot/cli.py`. Everything it starts is the supervisor's, and stops with it; everything that
is kept is in DATA_DIR, so that the next demo there goes on where this one stopped.
"""

import asyncio
import json
import signal
import sys
import time
import webbrowser
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.demo import handbook, programs, tour
from bot.demo.asking import Models, models
from bot.demo.engine import keep_engine
from bot.demo.errors import DemoError
from bot.demo.guide import write_guide
from bot.demo.keys import keep_keys
from bot.demo.occupancy import occupied
from bot.demo.opened import Opened
from bot.demo.options import PAGE_PORT, Options
from bot.demo.ports import claim, free
from bot.demo.programs import BASE_MODEL, Site
from bot.demo.report import Journal, Note
from bot.demo.settings import Machine
from bot.demo.supervisor import Supervisor

SHOW_CURSOR = "\x1b[?25h"
STOPPED = 130  # exit code of a demo that was interrupted before its work was done


async def play(options: Options) -> int:
    """Run the demo until it is told to stop, or the tour to its end. Returns the exit code."""
    output = sys.stderr if options.json else sys.stdout

    def say(line: str) -> None:
        output.write(line + "\n")
        output.flush()

    async with _opened(options, say) as demo:
        up = asyncio.Event()
        try:
            with _told_to_stop(demo.supervisor):
                return await (_tour(demo) if options.headless else _page(demo, up))
        except asyncio.CancelledError:
            say("\nstopping …")
            return 0 if up.is_set() else STOPPED


@dataclass(frozen=True)
class _Demo:
    """One demo that is being played, and how it talks."""

    options: Options
    site: Site
    supervisor: Supervisor
    journal: Journal


@asynccontextmanager
async def _opened(options: Options, say: Callable[[str], None]) -> AsyncIterator[_Demo]:
    """The folder, the ports and the keys of a demo; what it started is stopped at the end."""
    data_dir = _folder(options.data_dir)
    async with occupied(data_dir) as lock:
        keep_engine(data_dir / "engine", options.engine)
        supervisor = Supervisor(
            work_dir=data_dir / "run",
            log_dir=data_dir / "logs",
            environment=Machine().environment(),
            inherited=(lock,),
            say=say,
        )
        try:
            yield _Demo(options, _site(options, data_dir), supervisor, Journal(say))
        finally:
            await supervisor.stop()
            if sys.stderr.isatty():
                sys.stderr.write(SHOW_CURSOR)  # a progress bar that was killed has left it hidden
        say(f"stopped; what it has learnt is kept in {options.data_dir}")


async def _page(demo: _Demo, up: asyncio.Event) -> int:
    """Until Ctrl-C."""
    await _start(demo)
    url = f"{demo.site.page_url}/sandbox"
    desk = f"{demo.site.bot_url}/curate"
    demo.journal.show(f"\nOpen  {url}  and follow the tour. Ctrl-C stops everything.")
    demo.journal.show(f"Then  {desk}  shows what was taught; sign in as Ben or Chie.\n")
    if demo.options.open_browser and Machine().has_display:
        await asyncio.to_thread(webbrowser.open, url)
    up.set()
    await demo.supervisor.keep_running()
    return 0


async def _tour(demo: _Demo) -> int:
    """0 only if the last answer is the correction."""
    await _start(demo)
    site, journal = demo.site, demo.journal
    watch = asyncio.create_task(demo.supervisor.keep_running())
    async with (
        aiohttp.ClientSession(base_url=site.page_url) as web,
        models(site.trainer_url, site.keys.trainer_key) as asked,
    ):
        playing = asyncio.create_task(tour.play(web, asked, journal))
        try:
            await asyncio.wait({watch, playing}, return_when=asyncio.FIRST_COMPLETED)
            if not playing.done():
                watch.result()  # a program that keeps ending is why the tour cannot
            played = await playing
        finally:
            watch.cancel()
            playing.cancel()
            await asyncio.gather(watch, playing, return_exceptions=True)
    if demo.options.json:
        sys.stdout.write(json.dumps(played.document(journal.steps), ensure_ascii=False) + "\n")
    verdict = "learnt" if played.learnt else "NOT learnt"
    journal.show(f"{verdict}: {played.question} → {played.answer_after}")
    return 0 if played.learnt and played.promoted else 1


async def _start(demo: _Demo) -> None:
    """Every program; the base model on first start."""
    site, supervisor, journal = demo.site, demo.supervisor, demo.journal
    began = time.monotonic()
    async with journal.step("start") as note:
        await supervisor.start(programs.database(site), programs.trainer(site))
        note.detail = "database and trainer are up"
    database = Opened.read(site.database_file)
    async with models(site.trainer_url, site.keys.trainer_key) as asked:
        if not await asked.has(BASE_MODEL):
            async with journal.step("pretrain") as note:
                await _pretrain(demo, note)
        async with journal.step("open") as note:
            await _guide(site, asked, database.champion or BASE_MODEL)
            await supervisor.start(programs.sandbox(site))
            await supervisor.start(programs.bot(site, database.url))
            note.detail = f"the bot is up, {time.monotonic() - began:.0f} s after the start"


async def _guide(site: Site, asked: Models, champion: str) -> None:
    """The page's tour teaches what the champion does not know yet."""
    questions = [correction.question for correction in handbook.corrections()]
    write_guide(site.tour_file, handbook.lesson(await asked.answers(champion, questions)))


async def _pretrain(demo: _Demo, note: Note) -> None:
    demo.journal.show("first start: training the base model from the handbook, half a minute or so")
    output = sys.stderr if demo.options.json else sys.stdout
    await demo.supervisor.finish(programs.pretraining(demo.site), output=output)
    note.detail = f"{BASE_MODEL} is trained"


def _folder(data_dir: Path) -> Path:
    absolute = data_dir.expanduser().resolve()
    try:
        for folder in (absolute / "run", absolute / "logs"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DemoError(
            f"cannot write to {data_dir} ({error.strerror}): choose --data-dir"
        ) from None
    return absolute


def _site(options: Options, data_dir: Path) -> Site:
    """A page that a person opens is at a known port; a tour nobody watches is at any."""
    page, bot, trainer = free(3)
    wanted = options.port
    if wanted is None and not options.headless:
        wanted = PAGE_PORT
    if wanted:
        page = claim(wanted)
    keys = keep_keys(data_dir / "keys.json")
    return Site(data_dir, page, bot, trainer, keys, options.engine)


@contextmanager
def _told_to_stop(supervisor: Supervisor) -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal end the current task; a second one does not wait."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    asked = False

    def stop() -> None:
        nonlocal asked
        if asked or task is None:
            supervisor.kill()
        else:
            asked = True
            task.cancel()

    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        if not asked:
            for number in signals:
                loop.remove_signal_handler(number)
