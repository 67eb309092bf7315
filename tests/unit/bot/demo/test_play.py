"""A demo from start to stop, with small programs in the places of the real ones.

The demo itself runs in a process of its own, so that it can be sent signals; everything it starts has
this test's folder in its command line, by which what is left behind is found.
"""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from bot.demo import Options, handbook, play
from bot.demo.occupancy import occupied
from bot.demo.options import PAGE_PORT

pytestmark = pytest.mark.anyio

PROGRAM = """
import pathlib, sys, time
name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
print(f"{name} works", flush=True)
with (folder / "started").open("a") as file:
    file.write(name + "\\n")
if "--stubborn" in sys.argv:
    import signal
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
time.sleep(600)
"""
STAGE = """
import asyncio, contextlib, pathlib, sys
from bot.demo import Options, handbook, play, programs
from bot.demo.opened import Opened
from bot.demo.supervisor import Program

folder, data_dir = pathlib.Path(__file__).parent, pathlib.Path(sys.argv[1])
play.webbrowser = None


def stand_in(name):
    def program(site, *others):
        async def ready():
            file = folder / "started"
            return file.exists() and name in file.read_text().split()
        Opened("unix:///nowhere", None).write(site.database_file)
        (site.data_dir / "run" / "stand_in.py").write_text((folder / "stand_in.py").read_text())
        return Program(name, "stand_in", (name, str(folder), *sys.argv[3:]), ready=ready)
    return program


class Models:
    async def has(self, model):
        return "trained" in sys.argv[2]

    async def answers(self, model, questions):
        known = {each.question: each.old for each in handbook.corrections()}
        if "taught" in sys.argv[2]:
            first = handbook.corrections()[0]
            known[first.question] = first.new
        return {question: known[question] for question in questions}


@contextlib.asynccontextmanager
async def models(*_):
    yield Models()


for name in ("database", "trainer", "pretraining", "sandbox", "bot"):
    setattr(programs, name, stand_in(name))
play.models = models
options = Options(data_dir=data_dir, port=programs_port, open_browser=False)
sys.exit(asyncio.run(play.play(options)))
"""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator["Stage"]:
    made = Stage(tmp_path)
    yield made
    for process in made.left():
        process.kill()


class Stage:
    """Starts a demo and looks at what it does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "stand_in.py").write_text(PROGRAM)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        (folder / "stage.py").write_text(STAGE.replace("programs_port", str(port)))

    async def start(self, state: str, *arguments: str) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, str(self.folder / "stage.py"), str(self.folder / "data"), state),
            *arguments,
            stdout=PIPE,
            stderr=PIPE,
        )

    def started(self) -> list[str]:
        file = self.folder / "started"
        return file.read_text().split() if file.exists() else []

    def left(self) -> list[psutil.Process]:
        """Every process that this demo has started and that still runs."""
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            line = process.info["cmdline"] or []
            if str(self.folder) in " ".join(line) and process.info["status"] != "zombie":
                found.append(process)
        return found

    def program(self, name: str) -> psutil.Process:
        return next(process for process in self.left() if name in process.cmdline())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


async def ended(process: Process) -> tuple[int, str, str]:
    async with asyncio.timeout(60):
        output, errors = await process.communicate()
    return process.returncode or 0, output.decode(), errors.decode()


async def test_ctrl_c_at_the_page_stops_everything_and_is_a_success(stage: Stage) -> None:
    demo = await stage.start("trained")
    shown = await demo.stdout.readuntil(b"Ctrl-C stops everything.")
    assert b"/sandbox" in shown
    demo.send_signal(signal.SIGINT)
    code, output, errors = await ended(demo)
    assert (code, errors) == (0, "")
    assert "stopped; what it has learnt is kept in" in output
    assert sorted(stage.started()) == ["bot", "database", "sandbox", "trainer"]
    assert stage.started()[-1] == "bot"
    assert stage.left() == []


async def test_the_page_teaches_what_the_model_does_not_know_yet(stage: Stage) -> None:
    first, second, *_ = handbook.corrections()
    for state, lesson in (("trained", first), ("trained-and-taught", second)):
        demo = await stage.start(state)
        await demo.stdout.readuntil(b"Ctrl-C stops everything.")
        tour = (stage.folder / "data" / "run" / "tour.json").read_text()
        assert lesson.question in tour
        assert lesson.new in tour
        demo.send_signal(signal.SIGINT)
        await ended(demo)


async def test_ctrl_c_while_the_base_model_is_trained_leaves_nothing_behind(stage: Stage) -> None:
    demo = await stage.start("new")
    await until(lambda: "pretraining" in stage.started())
    demo.send_signal(signal.SIGINT)
    code, output, errors = await ended(demo)
    assert (code, errors) == (130, "")
    assert "first start" in output
    assert stage.left() == []


async def test_a_second_ctrl_c_does_not_wait(stage: Stage) -> None:
    """Each of these programs would be given 15 seconds to stop."""
    demo = await stage.start("trained", "--stubborn")
    await demo.stdout.readuntil(b"Ctrl-C stops everything.")
    demo.send_signal(signal.SIGINT)
    await demo.stdout.readuntil(b"stopping")
    demo.send_signal(signal.SIGINT)
    code, _, errors = await ended(demo)
    assert (code, errors) == (0, "")
    assert stage.left() == []


async def test_a_program_that_dies_is_told_in_one_line_and_started_again(stage: Stage) -> None:
    demo = await stage.start("trained")
    await demo.stdout.readuntil(b"Ctrl-C stops everything.")
    stage.program("sandbox").kill()
    await until(lambda: stage.started().count("sandbox") == 2)
    demo.send_signal(signal.SIGTERM)
    code, output, _ = await ended(demo)
    assert code == 0
    assert "sandbox ended (exit code -9): sandbox works (log: " in output
    assert stage.left() == []


@pytest.mark.parametrize("headless", [True, False])
def test_port_0_is_any_free_port(tmp_path: Path, headless: bool) -> None:
    site = play._site(Options(port=0, headless=headless), tmp_path)
    assert site.page_port not in {0, PAGE_PORT}


def test_a_page_is_at_the_known_port_unless_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(play, "claim", lambda port: port)
    assert play._site(Options(), tmp_path).page_port == PAGE_PORT


async def test_a_taken_port_is_one_line_and_exit_1(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, output, errors = await ended(await command(tmp_path, "--port", str(port)))
    assert (code, output) == (1, "")
    assert errors.startswith(f"bot: port {port} is taken")
    assert errors.count("\n") == 1


async def test_a_second_demo_on_the_same_data_is_one_line_and_exit_1(tmp_path: Path) -> None:
    async with occupied(tmp_path):
        code, output, errors = await ended(await command(tmp_path, "--headless"))
    assert (code, output) == (1, "")
    assert f"already running on {tmp_path} (process {os.getpid()})" in errors
    assert errors.count("\n") == 1


async def test_a_folder_that_cannot_be_written_is_one_line_and_exit_1(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, output, errors = await ended(await command(tmp_path / "file" / "data", "--headless"))
    assert (code, output) == (1, "")
    assert errors.startswith("bot: cannot write to ")
    assert errors.count("\n") == 1


async def command(data_dir: Path, *arguments: str) -> Process:
    """The real `bot demo`."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--data-dir", str(data_dir), *arguments),
        stdout=PIPE,
        stderr=PIPE,
    )
