"""What a training process does with its job's folder, wherever that lies."""

import errno
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest

from finetune.trainer.engine import Checkpoint, Outcome, Report, Step, TrainingSpec, Unsupported
from finetune.trainer.jobs.ending import Failed, is_no_room, read_end
from finetune.trainer.jobs.order import Order, checkpoints_of, folder_of, model_of
from finetune.trainer.jobs.reports import Inbox
from finetune.trainer.jobs.training_child import train_job
from finetune.trainer.stores.files import new_directory
from finetune.trainer.stores.storage import Storage

JOB = "ftjob-1"
ROW = b'{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}\n'
OOM = "CUDA out of memory. Tried to allocate 2.00 GiB"


@dataclass
class Acting:
    """An engine that does what a test says, after two checkpoints."""

    act: Callable[[Report], None] = lambda report: None
    found: list[str] = field(default_factory=list)
    name = "acting"
    limits = ""

    def check(self, spec: TrainingSpec) -> None:
        if spec.method == "dpo":
            raise Unsupported("Not by dpo.", "method")

    def train(self, spec: TrainingSpec, report: Report) -> Outcome:
        self.found = sorted(path.name for path in spec.checkpoints.glob("step-*"))
        for step in (9, 10):
            report(Step(step, 12, 0.5, 0.5))
            path = spec.checkpoints / f"step-{step}"
            with new_directory(path) as filling:
                (filling / "weights").write_text(str(step))
            report(Checkpoint(step, 12, path, None, 0.5, 0.5))
        self.act(report)
        with new_directory(spec.out) as filling:
            (filling / "weights").write_text("whole")
        return Outcome(12, 100, None, 1)

    def load(self, path: Path) -> None:
        raise NotImplementedError


def storage_at(url: str, folder: Path, method: str = "supervised") -> Storage:
    storage = Storage(url, folder / "copies")
    storage.write(f"{folder_of(JOB)}/train.jsonl", ROW)
    Order(JOB, "acting", "base", 7, method).write(storage)  # type: ignore[arg-type]
    return storage


@pytest.fixture
def local(tmp_path: Path) -> Storage:
    return storage_at(str(tmp_path / "here"), tmp_path)


@pytest.fixture
def remote_url() -> str:
    return f"memory://trainer-{uuid4().hex}"


def train(storage: Storage, folder: Path, engine: Acting) -> Outcome | Failed | None:
    train_job(storage, folder / "cache", JOB, engine)  # type: ignore[arg-type]
    return read_end(storage, JOB)


def raising(error: Exception) -> Acting:
    def act(report: Report) -> None:
        raise error

    return Acting(act)


def test_a_training_says_how_it_ended(local: Storage, tmp_path: Path) -> None:
    assert train(local, tmp_path, Acting()) == Outcome(12, 100, None, 1)
    assert (local.folder(model_of(JOB)) / "weights").read_text() == "whole"


def test_a_training_that_has_ended_is_not_done_again(local: Storage, tmp_path: Path) -> None:
    train(local, tmp_path, Acting())
    assert train(local, tmp_path, raising(ValueError())) == Outcome(12, 100, None, 1)


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_is_the_reason(
    local: Storage, tmp_path: Path, loss: float
) -> None:
    end = train(local, tmp_path, Acting(lambda report: report(Step(11, 12, loss, 0.0))))
    assert isinstance(end, Failed)
    assert (end.code, end.param) == ("loss_diverged", "hyperparameters")
    assert "step 11" in end.message
    told = [report.progress for batch in Inbox(local, JOB).batches() for report in batch]
    assert told[-1] == Checkpoint(10, 12, Path("step-10"), None, 0.5, 0.5)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError(OOM)])
def test_too_little_memory_is_the_reason(local: Storage, tmp_path: Path, error: Exception) -> None:
    end = train(local, tmp_path, raising(error))
    assert isinstance(end, Failed)
    assert end.code == "out_of_memory"
    assert "smaller batch_size" in end.message


def test_what_the_engine_refuses_is_the_reason(tmp_path: Path) -> None:
    storage = storage_at(str(tmp_path / "here"), tmp_path, "dpo")
    pair = b'{"input": {"messages": [{"role": "user", "content": "a"}]}, '
    for name, content in (("preferred", b"b"), ("non_preferred", b"c")):
        said = b'[{"role": "assistant", "content": "' + content + b'"}]'
        pair += b'"' + name.encode() + b'_output": ' + said + b", "
    storage.write(f"{folder_of(JOB)}/train.jsonl", pair.removesuffix(b", ") + b"}\n")
    assert train(storage, tmp_path, Acting()) == Failed(
        "unsupported_parameter", "Not by dpo.", "method"
    )


def test_a_defect_is_no_end(local: Storage, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        train(local, tmp_path, raising(ZeroDivisionError()))
    assert read_end(local, JOB) is None


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "full"),
        OSError(errno.EROFS, "read-only"),
        RuntimeError("I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_disk_without_room_is_known_by_what_is_raised(error: Exception, tmp_path: Path) -> None:
    assert is_no_room(error, tmp_path / "not" / "there")
    assert not is_no_room(OSError("no such model on the hub"), tmp_path)


def test_another_machine_goes_on_from_the_newest_checkpoint_that_was_published(
    tmp_path: Path, remote_url: str
) -> None:
    storage = storage_at(remote_url, tmp_path / "one")
    with pytest.raises(ZeroDivisionError):
        train(storage, tmp_path / "one", raising(ZeroDivisionError()))
    assert storage.names(checkpoints_of(JOB)) == ["step-10", "step-9"]
    elsewhere, engine = Storage(remote_url, tmp_path / "two" / "copies"), Acting()
    assert train(elsewhere, tmp_path / "two", engine) == Outcome(12, 100, None, 1)
    assert engine.found == ["step-10"]
    third = Storage(remote_url, tmp_path / "three" / "copies")
    assert (third.folder(model_of(JOB)) / "weights").read_text() == "whole"


def test_steps_are_told_before_the_checkpoint_that_holds_them_is_published(
    tmp_path: Path, remote_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = storage_at(remote_url, tmp_path)
    publish, told_by_then = storage.publish, []

    def watched(name: str) -> None:
        if name.startswith(checkpoints_of(JOB)):
            told = [report.progress for batch in Inbox(storage, JOB).batches() for report in batch]
            told_by_then.append(max(entry.step for entry in told if isinstance(entry, Step)))
        publish(name)

    monkeypatch.setattr(storage, "publish", watched)
    train(storage, tmp_path, Acting())
    assert told_by_then == [9, 10]
