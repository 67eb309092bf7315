"""A run in words."""

from finetune import JobEvent, Run, RunState
from finetune.commands.present import document, full, news
from finetune.training.steps import moved

PLANNED = Run(
    run_id="run-1",
    created_at=1,
    updated_at=1,
    base_model="base",
    requested_by="aiko",
    stages=((RunState.PLANNED, 1.0),),
)
EVENTS = (
    JobEvent(event_id="1", created_at=1, message="Step 1", data={"train_loss": 2.0}),
    JobEvent(event_id="2", created_at=2, message="Validated the file"),
    JobEvent(event_id="3", created_at=3, message="Step 2", data={"train_loss": 0.5}),
)


def test_only_what_happened_since_is_news() -> None:
    uploading = moved(PLANNED, RunState.UPLOADING, 2.0, snapshot_id="abc", examples=12)
    training = moved(uploading, RunState.TRAINING, 3.0, job_id="ftjob-1", events=EVENTS)
    assert list(news(None, PLANNED)) == ["run-1 planned by aiko"]
    assert list(news(PLANNED, training)) == [
        "snapshot abc: 12 examples, 0 of them corrections, 0 tokens",
        "job ftjob-1 trains base",
        "  Validated the file",
    ]
    assert list(news(training, training)) == []


def test_a_failed_run_shows_its_reason() -> None:
    failed = moved(PLANNED, RunState.FAILED, 2.0, error="the provider said 401: bad key")
    assert list(full(failed)) == [
        "run-1 planned by aiko",
        "failed: the provider said 401: bad key",
    ]


def test_the_document_has_the_losses() -> None:
    run = PLANNED.model_copy(update={"events": EVENTS})
    assert document(run)["losses"] == [2.0, 0.5]
