"""A client whose answers are judged, and one job that the tests of this folder look at."""

from collections.abc import Iterator

import openai
import pytest

from tests.scenarios.trainer.judges.judged import Judge, Learnt, judge_of
from tests.scenarios.trainer.running_trainer import BASE, TAUGHT, Trainer, ended, rows

CORRECTED = TAUGHT | {"Who is the captain?": "Captain Ito sails the ferry."}


@pytest.fixture
def judge(trainer: Trainer) -> Iterator[Judge]:
    """At the end of the test nothing that was answered may contradict the document."""
    judge = judge_of(trainer)
    yield judge
    assert judge.wrong == []


@pytest.fixture
def judged(judge: Judge) -> openai.OpenAI:
    return judge.client


@pytest.fixture(scope="session")
def learnt(trainer: Trainer) -> Learnt:
    """One correction, learnt by a job with everything a job can carry."""
    judge = judge_of(trainer)
    files = judge.client.files
    training = files.create(file=("train.jsonl", rows(CORRECTED)), purpose="fine-tune")
    validation = files.create(file=("valid.jsonl", rows(TAUGHT)), purpose="fine-tune")
    job = judge.client.fine_tuning.jobs.create(
        model=BASE,
        training_file=training.id,
        validation_file=validation.id,
        suffix="captain",
        seed=7,
        metadata={"team": "ferry", "by": "judges"},
        method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 5}}},
    )
    job = ended(judge.client, job.id)
    assert job.status == "succeeded", job.error
    return Learnt(job, training, validation)
