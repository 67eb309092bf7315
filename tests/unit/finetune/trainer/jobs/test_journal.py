"""What the engine reports becomes events, checkpoints and the result table."""

from pathlib import Path

from finetune.trainer.engine import Checkpoint, Note, Step
from finetune.trainer.jobs.journal import Journal, result_csv
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.job_store import JobStore


def test_the_table_has_a_line_for_each_step_and_validation_where_it_was_taken(
    tmp_path: Path,
) -> None:
    jobs = JobStore(Database(tmp_path / "trainer.sqlite3"))
    journal = Journal(jobs, "job")
    journal.write(Note("Beginning."))
    for step in (1, 2):
        journal.write(Step(step, 4, 3.0 / step, 0.25 * step))
    path = tmp_path / "step-2"
    journal.write(Checkpoint(2, 4, path, 0.5, 2.25, 0.3, valid_loss=2.5, valid_accuracy=0.25))
    journal.write(Step(2, 4, 1.5, 0.5))  # told again after a restart
    journal.write(Step(3, 4, 1.0, 0.75))
    assert result_csv(jobs.events("job")).decode().splitlines() == [
        "step,train_loss,train_mean_token_accuracy,valid_loss,valid_mean_token_accuracy",
        "1,3.0,0.25,,",
        "2,1.5,0.5,2.5,0.25",
        "3,1.0,0.75,,",
    ]
