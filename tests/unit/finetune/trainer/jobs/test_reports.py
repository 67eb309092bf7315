"""What a training tells reaches the server in order, whichever of the two is killed."""

from pathlib import Path

import pytest

from finetune.trainer.engine import Checkpoint, Chosen, Note, Progress, Step
from finetune.trainer.jobs.order import Order, folder_of
from finetune.trainer.jobs.reports import Inbox, Outbox
from finetune.trainer.stores.storage import Storage

JOB = "ftjob-1"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(str(tmp_path / "storage"), tmp_path / "cache")


def step(number: int) -> Step:
    return Step(number, 9, 1.0 / number, 0.5, {"margin": 0.25})


def read(inbox: Inbox) -> list[Progress]:
    batches = list(inbox.batches())
    return [report.progress for batch in batches for report in batch if report.progress]


def test_everything_told_is_read_once_and_in_order(storage: Storage) -> None:
    outbox, inbox = Outbox(storage, JOB), Inbox(storage, JOB)
    told = [
        Note("Beginning.", "warn"),
        Chosen(3, 8, 1.0),
        step(1),
        Checkpoint(1, 9, Path("step-1"), None, 1.0, 0.5, valid_loss=2.0, valid_accuracy=0.25),
    ]
    for progress in told[:2]:
        outbox.write(progress)
    assert read(inbox) == told[:2]
    for progress in told[2:]:
        outbox.write(progress)
    assert read(inbox) == told[2:]
    assert read(inbox) == []


def test_short_steps_share_a_file(storage: Storage) -> None:
    outbox, inbox = Outbox(storage, JOB), Inbox(storage, JOB)
    for number in range(1, 9):
        outbox.write(step(number))
    outbox.send()
    batches = list(inbox.batches())
    assert len(batches) < 8
    assert sum(len(batch) for batch in batches) == 1 + 8  # the first says that it has begun


def test_steps_not_yet_sent_survive_a_kill_of_the_training(storage: Storage) -> None:
    killed, inbox = Outbox(storage, JOB), Inbox(storage, JOB)
    killed.write(step(1))
    killed.write(step(2))
    spool = storage.room(folder_of(JOB)) / "spool.jsonl"
    spool.write_text(spool.read_text() + '{"at": 1, "step": {"st')  # torn in the middle of a line
    Outbox(storage, JOB).write(Note("Going on."))
    assert read(inbox) == [step(1), step(2), Note("Going on.")]


def test_a_restarted_training_uses_no_number_again_although_the_files_are_removed(
    storage: Storage,
) -> None:
    outbox, inbox = Outbox(storage, JOB), Inbox(storage, JOB)
    outbox.write(Note("One."))
    outbox.write(Note("Two."))
    assert read(inbox) == [Note("One."), Note("Two.")]
    assert len(storage.names(f"{folder_of(JOB)}/reports")) == 1
    Outbox(storage, JOB).write(Note("Three."))
    assert read(inbox) == [Note("Three.")]


def test_a_restarted_server_reads_on(storage: Storage) -> None:
    outbox = Outbox(storage, JOB)
    outbox.write(Note("One."))
    assert read(Inbox(storage, JOB)) == [Note("One.")]
    outbox.write(Note("Two."))
    assert read(Inbox(storage, JOB))[-1] == Note("Two.")


def test_an_order_comes_back_as_it_was_written(storage: Storage) -> None:
    from finetune.trainer.engine import Hyperparameters, Lora

    chosen = Hyperparameters(n_epochs=2, beta=0.2)
    lora = Lora(rank=8, targets=("q_proj", "v_proj"), four_bit=True)
    order = Order(JOB, "peft", "some/model", 7, "dpo", chosen, lora)
    order.write(storage)
    assert Order.read(storage, JOB) == order
    assert order.base_in(storage) == Path("some/model")


def test_a_number_used_again_by_a_process_cut_off_holds_nothing_up(storage: Storage) -> None:
    outbox = Outbox(storage, JOB)
    for number in range(1, 4):
        outbox.write(Note(f"{number}."))
    storage.remove(f"{folder_of(JOB)}/reports/00000002.json")
    inbox = Inbox(storage, JOB)
    assert read(inbox) == [Note("2."), Note("3.")]
    outbox.write(Note("4."))
    assert read(inbox) == [Note("4.")]
