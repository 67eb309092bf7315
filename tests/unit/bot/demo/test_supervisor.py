"""The supervisor with small programs: this file's folder holds them as modules written on the spot."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from bot.demo.errors import ProgramEnded
from bot.demo.settings import Machine
from bot.demo.supervisor import Program, Supervisor

pytestmark = pytest.mark.anyio

SLEEPER = """
import os, pathlib, signal, subprocess, sys, time
def stop(*_):
    with open("ended", "a") as file:
        file.write(sys.argv[1] + "\\n")
    sys.exit(0)
if "--stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
else:
    signal.signal(signal.SIGTERM, stop)
if "--with-child" in sys.argv:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    pathlib.Path(sys.argv[1] + ".child").write_text(str(child.pid))
with open(sys.argv[1] + ".starts", "a") as file:
    file.write(f"{os.getpid()}\\n")
while True:
    time.sleep(0.05)
"""
FAILER = 'import sys; print("a reason"); print("the last reason"); sys.exit(3)'


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    (tmp_path / "failer.py").write_text(FAILER)
    (tmp_path / "logs").mkdir()
    made = Supervisor(
        work_dir=tmp_path,
        log_dir=tmp_path / "logs",
        environment=Machine().environment(),
        say=print,
    )
    yield made
    made.kill()
    await made.stop()


def pids(folder: Path, name: str) -> list[int]:
    file = folder / f"{name}.starts"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def sleeper(folder: Path, name: str, *arguments: str) -> Program:
    return Program(name, "sleeper", (name, *arguments), ready=has(lambda: bool(pids(folder, name))))


def has(condition: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        return condition()

    return ready


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


async def test_programs_are_asked_to_stop_in_reverse_order(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    for name in ("first", "second"):
        await supervisor.start(sleeper(tmp_path, name))
    await supervisor.stop()
    assert (tmp_path / "ended").read_text().split() == ["second", "first"]


async def test_a_program_that_will_not_stop_is_killed_with_what_it_started(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.demo.supervisor.STOP_SECONDS", 0.2)
    await supervisor.start(sleeper(tmp_path, "stubborn", "--stubborn", "--with-child"))
    child = psutil.Process(int((tmp_path / "stubborn.child").read_text()))
    await supervisor.stop()
    assert not psutil.pid_exists(pids(tmp_path, "stubborn")[0])
    await until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


async def test_a_program_that_fails_to_start_is_told_with_its_last_line_and_its_log(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    with pytest.raises(ProgramEnded) as caught:
        await supervisor.start(Program("failer", "failer", ready=has(lambda: False)))
    message = str(caught.value)
    assert "failer ended before it was ready (exit code 3): the last reason" in message
    assert str(tmp_path / "logs" / "failer.log") in message
    assert "\n" not in message


async def test_when_one_of_several_fails_to_start_the_others_can_be_stopped(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    failer = Program("failer", "failer", ready=has(lambda: False))
    with pytest.raises(ProgramEnded, match="failer ended"):
        await supervisor.start(failer, sleeper(tmp_path, "innocent"))
    await supervisor.stop()
    assert not any(psutil.pid_exists(pid) for pid in pids(tmp_path, "innocent"))


async def test_a_program_that_dies_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(sleeper(tmp_path, "mortal"))
    watch = asyncio.create_task(supervisor.keep_running())
    os.kill(pids(tmp_path, "mortal")[0], signal.SIGKILL)
    await until(lambda: len(pids(tmp_path, "mortal")) == 2)
    assert psutil.pid_exists(pids(tmp_path, "mortal")[1])
    watch.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watch


async def test_a_program_that_keeps_dying_ends_the_demo_with_the_reason(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    await supervisor.start(Program("failer", "failer"))
    with pytest.raises(ProgramEnded, match=r"failer keeps ending \(exit code 3\): the last reason"):
        await supervisor.keep_running()


async def test_programs_end_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    (tmp_path / "sleeper.py").write_text(SLEEPER)
    owner = tmp_path / "owner.py"
    owner.write_text(
        "import asyncio, pathlib\n"
        "from bot.demo.settings import Machine\n"
        "from bot.demo.supervisor import Program, Supervisor\n"
        "async def main():\n"
        "    here = pathlib.Path.cwd()\n"
        "    made = Supervisor(work_dir=here, log_dir=here, environment=Machine().environment(), say=print)\n"
        "    await made.start(Program('orphan', 'sleeper', ('orphan',)))\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, str(owner), cwd=tmp_path)
    await until(lambda: bool(pids(tmp_path, "orphan")))
    process.kill()
    await process.wait()
    await until((tmp_path / "ended").exists)
    await until(lambda: not psutil.pid_exists(pids(tmp_path, "orphan")[0]))
