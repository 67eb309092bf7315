"""DATA_DIR full or read-only: the bot answers, the run waits and says why, and goes on by itself."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from finetune import DiskUnavailable, RunState, Settings
from finetune.bootstrap import toolkit
from tests.factories import ASKER, TEAM
from tests.fakes.crashing.ward import Nursery
from tests.fakes.crashing.world import World, crashing
from tests.fakes.workplace import until
from tests.scenarios.crash.stories import QUESTION, Retraining
from tests.toolkit_values import handbook

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]


@dataclass
class Disk:
    """Where DATA_DIR lies, and what is wrong with it."""

    folder: Path
    wrong: str

    def breaks(self) -> None:
        """From now on."""
        if self.wrong == "full":
            with suppress(OSError), (self.folder / "filling").open("wb", buffering=0) as file:
                while True:
                    file.write(b"." * 4096)
        elif self.wrong == "read-only":
            _mount("-o", "remount,ro", str(self.folder))
        else:
            (self.folder / "snapshots").write_text("no folder")

    def mends(self) -> None:
        """By hand."""
        if self.wrong == "full":
            (self.folder / "filling").unlink()
        elif self.wrong == "read-only":
            _mount("-o", "remount,rw", str(self.folder))
        else:
            (self.folder / "snapshots").unlink()


def _mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A file system of its own. CalledProcessError, or no such command, where nobody may mount."""
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", "size=512k", "tmpfs", str(folder))
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(params=["full", "read-only"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """Where nobody may mount, a file lies in the place of the folder: nothing can be written either."""
    folder = tmp_path / "data"
    try:
        with small_disk(folder):
            yield Disk(folder, request.param)
    except (subprocess.CalledProcessError, FileNotFoundError):
        yield Disk(folder, "in the way")


@pytest.mark.parametrize("disk", ["full"], indirect=True)  # read-only is no other to the bot
async def test_a_run_waits_for_the_disk_while_the_bot_answers_and_goes_on_by_itself(
    disk: Disk, ward: Nursery, redis_url: str, tmp_path: Path
) -> None:
    async with crashing(ward, redis_url, tmp_path) as world:
        story = Retraining(world)
        await story.begin()
        disk.breaks()
        await story.act()
        await until("the run to meet the disk", lambda: "make room in DATA_DIR" in world.log())
        (run,) = await world.kit.workspace(TEAM).runs.list()
        assert run.state is RunState.PLANNED
        assert not world.models.files
        left = disk.folder / "snapshots"
        assert not left.is_dir() or not list(left.iterdir())
        assert await answers(world)
        if disk.wrong != "in the way":
            (warning,) = (await ready(world))["warnings"]
            assert "cannot be written" in warning
        disk.mends()
        await until("/readyz to look again", lambda: no_warnings(world))
        await until("the run to go on", lambda: ended(world, story))
        await story.audit()


async def ready(world: World) -> dict[str, Any]:
    """What /readyz says; 200 throughout."""
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{world.bot_url}/readyz")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def no_warnings(world: World) -> bool:
    return not (await ready(world))["warnings"]


async def answers(world: World) -> bool:
    ts = await world.people.ask(ASKER, f"@apprentice {QUESTION} Again?")
    return bool(await world.people.answer(ts))


async def ended(world: World, story: Retraining) -> bool:
    await world.later()
    return await story.over()


async def test_finetune_says_in_one_line_what_to_do(disk: Disk, redis_url: str) -> None:
    values = {"redis_url": redis_url, "data_dir": disk.folder, "chat_model": "base"}
    async with toolkit(Settings.model_validate(values | {"base_model": "base"}), redis_url) as kit:
        workspace = kit.workspace(TEAM)
        await workspace.dataset.import_rows(handbook(40), by="aiko")
        run = await workspace.runs.plan(key="k", requested_by="", trigger="cli")
        disk.breaks()
        with pytest.raises(DiskUnavailable, match="make room in DATA_DIR") as said:
            await workspace.runs.advance(run.run_id)
        assert "\n" not in str(said.value)
        disk.mends()
        assert (await workspace.runs.advance(run.run_id)).state is RunState.UPLOADING
