"""Jobs are begun, watched, tried again and ended, whatever their training processes do."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from finetune.trainer.embedded.engine import EmbeddedEngine
from finetune.trainer.engine import Checkpoint, Note, Outcome, Progress, Step
from finetune.trainer.jobs.ending import NO_ROOM, Failed, write_end
from finetune.trainer.jobs.finishing import Finishing
from finetune.trainer.jobs.job_run import JobRun, Workshop
from finetune.trainer.jobs.launching import NotStarted
from finetune.trainer.jobs.order import Order, folder_of
from finetune.trainer.jobs.reports import Outbox
from finetune.trainer.jobs.runner import Runner
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.file_store import FileStore
from finetune.trainer.stores.job_store import Job, JobStore
from finetune.trainer.stores.model_store import ModelStore, StoredModel
from finetune.trainer.stores.storage import Storage
from finetune.trainer.wire.job_request import JobRequest, new_job

pytestmark = pytest.mark.anyio
ROW = b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
DONE = Outcome(steps=2, trained_tokens=40, reproduced=1.0, rows=1)
Acting = Callable[[str], int | None]


@dataclass
class Acted:
    """A training that does what a test says; None: it goes on until it is stopped."""

    code: int | None
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> int:
        if self.code is None:
            await self.stopped.wait()
        return -9 if self.code is None else self.code

    async def stop(self) -> None:
        self.stopped.set()


@dataclass
class Stage:
    """A launcher that plays `acts` one after the other, the last one for ever."""

    acts: list[Acting]
    began: list[tuple[str, int]] = field(default_factory=list)
    trainings: list[Acted] = field(default_factory=list)

    async def start(self, job_id: str, slot: int) -> Acted:
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        self.began.append((job_id, slot))
        self.trainings.append(Acted(act(job_id)))
        return self.trainings[-1]


class Served:
    """Serving that remembers what it adopted."""

    def __init__(self) -> None:
        self.adopted: list[str] = []

    async def adopt(self, model: StoredModel) -> None:
        self.adopted.append(model.model_id)


class Bench:
    """A runner on a stage, and the jobs it has."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(folder / "trainer.sqlite3")
        self.storage = Storage(str(folder), folder / "cache")
        self.jobs = JobStore(self.database)
        self.serving = Served()
        self.stage = Stage([self.succeeds])
        files = FileStore(self.database, self.storage)
        models = ModelStore(self.database, self.storage, EmbeddedEngine())
        models.add("base", None, "models/base", "digest")
        self.shop = Workshop(
            self.database,
            self.storage,
            self.jobs,
            models,
            Finishing(self.database, self.storage, self.jobs, files, models, self.serving),  # type: ignore[arg-type]
            self.stage,
            "embedded",
        )

    def add(self, owner: str = "us") -> Job:
        job = new_job(owner, JobRequest(model="base", training_file="file-1"))
        self.storage.write(f"{folder_of(job.job_id)}/train.jsonl", ROW)
        self.jobs.add(job)
        return job

    @asynccontextmanager
    async def running(self, slots: int = 1, **differing: float) -> AsyncIterator[Runner]:
        runner = Runner(replace(self.shop, **differing), slots)  # type: ignore[arg-type]
        task = asyncio.create_task(runner.run_forever())
        await asyncio.sleep(0)
        try:
            yield runner
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until(self, done: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not done():
                await asyncio.sleep(0.02)

    async def ended(self, job: Job) -> Job:
        await self.until(lambda: self.now(job).finished_at is not None)
        return self.now(job)

    def now(self, job: Job) -> Job:
        found = self.jobs.get(job.job_id)
        assert found is not None
        return found

    def said(self, job: Job) -> list[str]:
        return [event.message for event in self.jobs.events(job.job_id)][::-1]

    def tells(self, code: int | None, *told: Progress) -> Acting:
        def act(job_id: str) -> int | None:
            outbox = Outbox(self.storage, job_id)
            for progress in told:
                outbox.write(progress)
            outbox.send()
            return code

        return act

    def succeeds(self, job_id: str) -> int:
        Outbox(self.storage, job_id).write(Note("Done."))
        write_end(self.storage, job_id, DONE)
        return 0


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fiftieth of each pause between two tries."""
    rest = JobRun._rest
    monkeypatch.setattr(JobRun, "_rest", lambda run, seconds: rest(run, seconds / 50))
    monkeypatch.setattr("finetune.trainer.jobs.runner._AGAIN", 0.02)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def checkpoint(step: int) -> Checkpoint:
    return Checkpoint(step, 9, Path(f"step-{step}"), 0.5, 1.0, 0.5)


async def test_a_job_is_checked_trained_adopted_and_ended(bench: Bench) -> None:
    job = bench.add()
    async with bench.running():
        done = await bench.ended(job)
    assert (done.status, done.trained_tokens) == ("succeeded", 40)
    assert bench.serving.adopted == [job.model_id]
    assert Order.read(bench.storage, job.job_id).base == "models/base"
    assert bench.storage.exists(f"files/{done.result_file}")


async def test_what_a_training_said_while_no_server_ran_is_not_lost_and_not_doubled(
    bench: Bench,
) -> None:
    job = bench.add()
    bench.jobs.move(job.job_id, "running", since="validating_files")
    bench.tells(0, Step(1, 2, 0.5, 0.5), Step(2, 2, 0.25, 1.0))(job.job_id)
    write_end(bench.storage, job.job_id, DONE)
    async with bench.running():
        await bench.ended(job)
    assert bench.stage.began == []  # it had ended; nothing is trained twice
    assert sum(said.startswith("Step ") for said in bench.said(job)) == 2
    assert sum("New fine-tuned model" in said for said in bench.said(job)) == 1


async def test_a_failed_training_fails_its_job_with_its_reason(bench: Bench) -> None:
    job = bench.add()

    def fails(job_id: str) -> int:
        write_end(bench.storage, job_id, Failed("loss_diverged", "The loss is no number.", "x"))
        return 0

    bench.stage.acts = [fails]
    async with bench.running():
        done = await bench.ended(job)
    assert done.error == {
        "code": "loss_diverged",
        "message": "The loss is no number.",
        "param": "x",
    }
    assert bench.said(job)[-1] == "The job failed: The loss is no number."


async def test_three_crashes_without_a_new_checkpoint_are_all(bench: Bench) -> None:
    job = bench.add()
    bench.stage.acts = [bench.tells(1)]
    async with bench.running():
        done = await bench.ended(job)
    assert len(bench.stage.began) == 3
    assert done.error is not None
    assert done.error["code"] == "server_error"
    assert "ended by itself (code 1), 3 times" in done.error["message"]


async def test_a_crash_after_a_new_checkpoint_is_the_first_again(bench: Bench) -> None:
    job = bench.add()
    crash, gets_on = bench.tells(1), bench.tells(1, checkpoint(4))
    bench.stage.acts = [crash, crash, gets_on, crash, bench.succeeds]
    async with bench.running():
        done = await bench.ended(job)
    assert done.status == "succeeded"
    assert sum("starting again" in said for said in bench.said(job)) == 2
    assert sum("going on from the last checkpoint" in said for said in bench.said(job)) == 2


async def test_crashes_are_counted_on_after_a_restart_of_the_server(bench: Bench) -> None:
    job = bench.add()
    bench.stage.acts = [bench.tells(1), bench.tells(1), bench.tells(None)]
    async with bench.running():
        await bench.until(lambda: len(bench.stage.began) == 3)
    bench.stage.acts = [bench.tells(1)]
    async with bench.running():
        done = await bench.ended(job)
    assert done.status == "failed"
    assert len(bench.stage.began) == 4


async def test_a_process_that_the_system_kills_again_and_again_was_out_of_memory(
    bench: Bench,
) -> None:
    job = bench.add()
    bench.stage.acts = [bench.tells(-9)]
    async with bench.running():
        done = await bench.ended(job)
    assert done.error is not None
    assert done.error["code"] == "out_of_memory"
    assert "smaller batch_size" in done.error["message"]


async def test_a_full_disk_is_waited_for(bench: Bench) -> None:
    job = bench.add()
    bench.stage.acts = [bench.tells(NO_ROOM), bench.tells(NO_ROOM), bench.succeeds]
    async with bench.running():
        done = await bench.ended(job)
    assert done.status == "succeeded"
    assert sum("disk is full" in said for said in bench.said(job)) == 1


async def test_a_disk_that_stays_full_fails_the_job(bench: Bench) -> None:
    job = bench.add()
    bench.stage.acts = [bench.tells(NO_ROOM)]
    async with bench.running(patience=0.5):
        done = await bench.ended(job)
    assert done.error is not None
    assert done.error["code"] == "disk_full"


async def test_a_launcher_that_cannot_start_is_tried_again(bench: Bench) -> None:
    job = bench.add()

    def refuses(job_id: str) -> int:
        raise OSError("no process can be started")

    bench.stage.acts = [refuses, bench.succeeds]
    async with bench.running():
        assert (await bench.ended(job)).status == "succeeded"


async def test_a_cluster_that_stays_away_is_what_the_job_says(bench: Bench) -> None:
    job = bench.add()

    def refuses(job_id: str) -> int:
        raise NotStarted("The cluster is away.")

    bench.stage.acts = [refuses]
    async with bench.running():
        done = await bench.ended(job)
    assert done.error is not None
    assert done.error["message"] == "The cluster is away."


async def test_a_training_that_hangs_is_ended_and_at_last_given_up(bench: Bench) -> None:
    job = bench.add()
    bench.stage.acts = [bench.tells(None, Step(1, 9, 0.5, 0.5))]
    async with bench.running(stall=0.3):
        done = await bench.ended(job)
    assert done.error is not None
    assert done.error["code"] == "stalled"
    assert all(training.stopped.is_set() for training in bench.stage.trainings)
    assert len(bench.stage.trainings) == 3


async def test_a_cancelled_job_is_stopped_and_leaves_no_checkpoints(bench: Bench) -> None:
    job = bench.add()
    bench.storage.write(f"{folder_of(job.job_id)}/checkpoints/step-4/model", b"weights")
    bench.stage.acts = [bench.tells(None, checkpoint(4))]
    async with bench.running() as runner:
        await bench.until(lambda: bench.stage.trainings)
        bench.jobs.end(job.job_id, "cancelled")
        runner.poke()
        (training,) = bench.stage.trainings
        await asyncio.wait_for(training.stopped.wait(), 5)
        left = f"{folder_of(job.job_id)}/checkpoints"
        await bench.until(lambda: not bench.storage.exists(left))
    assert bench.now(job).status == "cancelled"


async def test_the_next_server_clears_what_a_cancelled_job_has_left(bench: Bench) -> None:
    job = bench.add()
    bench.storage.write(f"{folder_of(job.job_id)}/checkpoints/step-4/model", b"weights")
    bench.jobs.end(job.job_id, "cancelled")
    async with bench.running():
        left = f"{folder_of(job.job_id)}/checkpoints"
        await bench.until(lambda: not bench.storage.exists(left))
    assert bench.stage.began == []


async def test_a_job_that_has_ended_keeps_no_rows_and_no_reports(bench: Bench) -> None:
    job, bad = bench.add(), bench.add()
    bench.storage.write(f"{folder_of(bad.job_id)}/train.jsonl", b"oops")
    async with bench.running():
        await bench.until(lambda: bench.now(job).finished_at and not bench.jobs.uncleared())
    assert bench.storage.names(folder_of(job.job_id)) == ["ended.json", "order.json"]
    assert bench.storage.names(folder_of(bad.job_id)) == []


async def test_what_cannot_be_cleared_now_stops_no_job(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = bench.add()
    bench.jobs.end(ended.job_id, "cancelled")

    remove = bench.storage.remove

    def refuse(name: str) -> None:
        if ended.job_id in name:
            raise OSError("read-only")
        remove(name)

    monkeypatch.setattr(bench.storage, "remove", refuse)
    async with bench.running():
        job = bench.add()
        assert (await bench.ended(job)).status == "succeeded"
    assert ended.job_id in {left.job_id for left in bench.jobs.uncleared()}


async def test_a_paused_job_makes_room_for_the_next_and_goes_on_later(bench: Bench) -> None:
    first, second = bench.add(), bench.add()
    bench.stage.acts = [bench.tells(None), bench.succeeds]
    async with bench.running() as runner:
        await bench.until(lambda: bench.stage.trainings)
        bench.jobs.pause(first.job_id, paused=True)
        runner.poke()
        assert (await bench.ended(second)).status == "succeeded"
        assert bench.now(first).status == "queued"
        bench.jobs.pause(first.job_id, paused=False)
        runner.poke()
        assert (await bench.ended(first)).status == "succeeded"


async def test_each_slot_trains_a_job_and_owners_take_turns(bench: Bench) -> None:
    ours = [bench.add("us"), bench.add("us")]
    theirs = bench.add("them")
    for job in (*ours, theirs):
        bench.jobs.move(job.job_id, "queued", since="validating_files")
    bench.stage.acts = [bench.tells(None)]
    async with bench.running(slots=2):
        await bench.until(lambda: len(bench.stage.began) == 2)
    assert set(bench.stage.began) == {(ours[0].job_id, 0), (theirs.job_id, 1)}


async def test_the_finish_is_estimated_by_the_pace_of_the_steps(bench: Bench) -> None:
    job = bench.add()
    bench.stage.acts = [bench.tells(None, Step(1, 3, 1.0, 0.5), Step(2, 3, 0.5, 0.5))]
    async with bench.running():
        await bench.until(lambda: bench.now(job).estimated_finish)
        bench.jobs.pause(job.job_id, paused=True)
        assert bench.now(job).estimated_finish is None


async def test_a_database_out_of_reach_for_a_while_ends_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = bench.add()
    waiting, broken = bench.jobs.waiting, [1, 2]

    def sometimes(status: str) -> list[Job]:
        if broken:
            broken.pop()
            raise sqlite3.OperationalError("disk I/O error")
        return waiting(status)

    monkeypatch.setattr(bench.jobs, "waiting", sometimes)
    async with bench.running():
        assert (await bench.ended(job)).status == "succeeded"
    assert not broken


async def test_bad_rows_fail_the_job_before_it_waits_for_a_slot(bench: Bench) -> None:
    job = bench.add()
    bench.storage.write(f"{folder_of(job.job_id)}/train.jsonl", ROW + b"oops\n")
    async with bench.running():
        done = await bench.ended(job)
    assert done.error is not None
    assert done.error["code"] == "invalid_training_file"
    assert done.error["message"].startswith("Line 2")
    assert bench.stage.began == []
