"""The process that trains one job: `python -m finetune.trainer.training_child DATA_DIR JOB_ID`.

Started by `runner.py` for a job that is `running`. Its standard input is a pipe that closes with
the server, and then it ends too; the next server starts it again, and it goes on from the last
checkpoint. It exits 0 when the job has ended, well or badly.
"""

import os
import sys
import threading
from pathlib import Path

from finetune.trainer.chat_rows import BadRows, read_chat_rows
from finetune.trainer.database import Database
from finetune.trainer.engine import Conversation, Engine, Outcome, TrainingSpec, UnusableRows
from finetune.trainer.errors import WireError
from finetune.trainer.file_store import RESULTS, FileStore
from finetune.trainer.home import Home, locked
from finetune.trainer.job_request import hyperparameters_of
from finetune.trainer.job_store import Job, JobStore
from finetune.trainer.journal import Journal, result_csv
from finetune.trainer.model_store import ModelStore
from finetune.trainer.settings import pin_numeric_threads
from finetune.trainer.storage import Storage

# How long the predecessor of a killed server may take to notice that its pipe has closed.
_PATIENCE = 10.0


def main(data_dir: str, job_id: str) -> None:
    """Train the job to its end."""
    pin_numeric_threads()
    threading.Thread(target=_end_with_server, name="end-with-server", daemon=True).start()
    from finetune.trainer.embedded.engine import EmbeddedEngine

    home = Home.under(Path(data_dir))
    refusal = f"another process still trains {job_id}"
    with locked(home.job(job_id) / "lock", refusal=refusal, patience=_PATIENCE):
        run(home, Database(home.database), job_id, EmbeddedEngine())


def run(home: Home, database: Database, job_id: str, engine: Engine) -> None:
    """The whole job, downwards: read, train, keep the model, say so."""
    jobs = JobStore(database)
    job = jobs.get(job_id)
    if job is None or job.status != "running":
        return
    try:
        spec = _spec(home, _models(home, database, engine), job)
        outcome = engine.train(spec, Journal(jobs, job_id).write)
    except (BadRows, UnusableRows) as error:
        fail(jobs, job, "invalid_training_file", str(error), "training_file")
    except WireError as error:
        fail(jobs, job, error.code or "invalid_request", error.message, error.param)
    else:
        _succeed(home, database, job, outcome, engine)


def fail(jobs: JobStore, job: Job, code: str, message: str, param: str | None = None) -> None:
    """End the job with the reason a person can act on."""
    if jobs.end(job.job_id, "failed", error={"code": code, "message": message, "param": param}):
        jobs.note(job.job_id, f"The job failed: {message}", mark="end", level="error")


def _spec(home: Home, models: ModelStore, job: Job) -> TrainingSpec:
    folder = home.job(job.job_id)
    validation = folder / "validation.jsonl"
    held_out: list[Conversation] = []
    if validation.exists():
        held_out = read_chat_rows(validation.read_bytes())
    return TrainingSpec(
        rows=read_chat_rows((folder / "train.jsonl").read_bytes()),
        validation_rows=held_out,
        out=home.models / job.job_id,
        checkpoints=folder / "checkpoints",
        seed=int(job.request["seed"]) % 2**31,
        base=home.root / models.get(job.owner, job.request["model"]).folder,
        hyperparameters=hyperparameters_of(job),
        cache=home.cache,
    )


def _succeed(home: Home, database: Database, job: Job, outcome: Outcome, engine: Engine) -> None:
    jobs = JobStore(database)
    content = result_csv(jobs.events(job.job_id))
    file_id = f"file-{job.job_id}-results"
    files = FileStore(database, Storage(str(home.root), home.cache))
    files.add(job.owner, "step_metrics.csv", RESULTS, content, file_id)
    with database.transaction():
        if jobs.end(
            job.job_id, "succeeded", trained_tokens=outcome.trained_tokens, result_file=file_id
        ):
            folder = f"models/{job.job_id}"
            models = _models(home, database, engine)
            models.add(job.model_id, job.owner, folder, job.job_id)
            jobs.note(job.job_id, f"New fine-tuned model created: {job.model_id}", mark="model")
            jobs.note(job.job_id, "The job has successfully completed", mark="end")


def _models(home: Home, database: Database, engine: Engine) -> ModelStore:
    return ModelStore(database, Storage(str(home.root), home.cache), engine)


def _end_with_server() -> None:
    os.read(0, 1)  # nothing is ever written: this returns when the server is gone
    os._exit(3)


if __name__ == "__main__":
    main(*sys.argv[1:])
