"""What a retraining would do now, and why it would be refused."""

from finetune import Run, RunState, Status
from finetune.training.preview import Situation, preview
from tests.toolkit_values import correction, example, frozen


def situation(**changes: object) -> Situation:
    values: dict[str, object] = {
        "examples": (
            *(example(f"e{n}", question=f"Question {n}?", at=float(n)) for n in range(11)),
            correction("c1", at=99.0),
        ),
        "counts": {Status.APPROVED: 12, Status.PENDING: 3, Status.REJECTED: 1},
        "trained": frozenset(),
        "active": None,
        "started_today": 0,
        "min_examples": 10,
        "max_per_day": 2,
        "base_model": "base",
        "champion": "champion",
        "promotion": "approve",
    }
    return Situation.model_validate(values | changes)


def test_it_counts_what_would_be_trained_on() -> None:
    found = preview(situation())
    assert (found.approved, found.corrections, found.pending) == (12, 1, 3)
    assert found.train_rows + found.validation_rows == 12
    assert found.tokens > 100
    assert found.problems == ()


def test_it_agrees_with_the_snapshot_that_a_run_would_take() -> None:
    now = situation()
    snapshot = frozen(now.examples, now.base_model)
    found = preview(now)
    assert found.tokens == snapshot.tokens
    assert (found.train_rows, found.validation_rows) == (
        len(snapshot.train),
        len(snapshot.validation),
    )


def test_only_what_the_last_run_did_not_have_is_new() -> None:
    known = frozenset(example("e", question=f"Question {n}?").content_key for n in range(11))
    assert preview(situation()).new_since_last_run == 12
    assert preview(situation(trained=known)).new_since_last_run == 1


def test_each_reason_against_a_run_is_a_line() -> None:
    active = Run(run_id="run-1", created_at=1, updated_at=1, base_model="base")
    active = active.model_copy(update={"state": RunState.TRAINING})
    found = preview(situation(min_examples=20, active=active, started_today=2))
    assert found.problems == (
        (
            "10 approved examples to train on besides 2 held out for comparison; 20 are needed "
            "(RETRAIN_MIN_EXAMPLES)"
        ),
        "run run-1 has not ended (training)",
        "2 runs were started in the last 24 hours; that is the limit",
    )
