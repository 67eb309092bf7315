"""The message about a run, in each of its states."""

import pytest

from bot.slack.blocks.run import run_message, summary
from bot.texts import JA
from finetune import Decision, JobEvent, Run, RunState, Verdict


def run(state: RunState = RunState.TRAINING, **changes: object) -> Run:
    values: dict[str, object] = {
        "run_id": "run-261121-0badcafe",
        "state": state,
        "requested_by": "U0ADMIN001",
        "created_at": 0.0,
        "updated_at": 0.0,
        "base_model": "base",
        "snapshot_id": "abc",
        "examples": 60,
        "corrections": 1,
        "tokens": 1924,
        "job_id": "ftjob-1",
        "stages": ((RunState.PLANNED, 0.0), (RunState.UPLOADING, 0.0), (state, 0.0)),
    }
    return Run.model_validate(values | changes)


def text(shown: Run) -> str:
    return str([block.to_dict() for block in run_message(shown)])


def buttons(shown: Run) -> list[str]:
    last = run_message(shown)[-1].to_dict()
    return [element["action_id"] for element in last["elements"] if "action_id" in element]


def test_a_stage_that_is_over_is_ticked_and_the_next_is_open() -> None:
    assert "✅ Snapshot of the dataset · examples: 60, corrections: 1, tokens: 1,924" in text(run())
    assert "⏳ *Training* · job `ftjob-1`" in text(run())
    assert "▫️ Evaluation" in text(run())


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (RunState.TRAINING, ["run_cancel"]),
        (RunState.AWAITING_APPROVAL, ["run_promote", "run_hold", "run_decline"]),
        (RunState.PROMOTED, []),
        (RunState.FAILED, []),
    ],
)
def test_only_buttons_that_make_sense_are_offered(state: RunState, offered: list[str]) -> None:
    assert buttons(run(state)) == offered


def test_the_loss_is_drawn_falling() -> None:
    events = tuple(
        JobEvent(event_id=str(n), created_at=0, message="", data={"step": n, "train_loss": loss})
        for n, loss in enumerate((2.0, 1.0, 0.1, 0.01))
    )
    shown = text(run(events=events))
    assert "2.000 → 0.010" in shown
    assert "`█▇▄▁`" in shown


def test_a_constant_loss_is_no_division_by_zero() -> None:
    event = JobEvent(event_id="1", created_at=0, message="", data={"train_loss": 0.0})
    assert "0.000 → 0.000" in text(run(events=(event,)))


def test_the_gates_reasons_are_shown_and_cannot_mention_anyone() -> None:
    decision = Decision(verdict=Verdict.REJECT, reasons=("<!channel> broke",), numbers={})
    shown = text(run(RunState.REJECTED, decision=decision))
    assert "Gate: reject" in shown
    assert "&lt;!channel&gt; broke" in shown


def test_the_summary_says_how_it_ended() -> None:
    assert summary(run(RunState.PROMOTED)) == "Retraining 0badcafe: 🚀 promoted"


def event(message: str, **data: float) -> JobEvent:
    return JobEvent(event_id=message, created_at=0, message=message, data=dict(data))


def test_the_place_in_the_providers_queue_is_told() -> None:
    waiting = run(
        job_status="queued", events=(event("Fine-tune is in the queue. Queue number: 3"),)
    )
    assert "number 3 in the provider" in text(waiting)
    assert "in the provider's queue" in str(run_message(run(job_status="queued"))[1].to_dict())


@pytest.mark.parametrize(
    "told", [event("Step 30/120: training loss=1.0"), event("x", step=30, total_steps=120)]
)
def test_progress_is_a_bar_wherever_the_provider_says_it(told: JobEvent) -> None:
    assert "step 30 of 120" in text(run(events=(told,)))
    assert "▰▰▰▰▰▱▱▱▱▱▱▱▱▱▱▱▱▱▱▱ 25%" in text(run(events=(told,)))


def test_the_expected_end_is_told_where_the_provider_guesses_it() -> None:
    assert "expected to finish <!date^1800000000^" in text(run(estimated_finish=1_800_000_000))


def test_a_held_run_names_who_holds_it_and_can_be_decided_on() -> None:
    held = run(RunState.AWAITING_APPROVAL, held_by="U0ADMIN001")
    assert "<@U0ADMIN001> put it aside" in text(held)
    assert buttons(held) == ["run_promote", "run_decline"]


def test_the_message_speaks_japanese_in_a_japanese_channel() -> None:
    blocks = run_message(run(RunState.PROMOTED), JA.runs)
    assert "🚀 公開: 新しいモデルが回答しています" in str([block.to_dict() for block in blocks])


def test_a_run_that_was_compared_with_another_model_says_so_before_it_is_promoted() -> None:
    waiting = run(RunState.AWAITING_APPROVAL, champion="base")
    shown = str([block.to_dict() for block in run_message(waiting, champion="newer")])
    assert "compared with `base`, but `newer` answers now" in shown
    assert "a model that does not answer any more" in shown
    for champion in ("base", ""):
        shown = str([block.to_dict() for block in run_message(waiting, champion=champion)])
        assert "answers now" not in shown
