"""One training from rows to a model directory: the whole job of the embedded engine, downwards.

Pretraining starts from random weights and learns its own vocabulary. Fine-tuning starts from the
base's weights with a fresh optimiser, rehearses all of the base's rows whose question has no new
answer, and shows the rows that the base does not know more often. Both stop when greedy decoding
reproduces every row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from finetune.trainer.embedded import checkpoint, learn
from finetune.trainer.embedded.bundle import Bundle
from finetune.trainer.embedded.checkpoint import Position
from finetune.trainer.embedded.exam import Marks, examine, loss_on
from finetune.trainer.embedded.plan import (
    PASSES_PER_EPOCH,
    Plan,
    plan_for,
    refuse_long_rows,
    starting_point,
)
from finetune.trainer.embedded.rows import conversations_of, one_per_question, row_of
from finetune.trainer.engine import Diverged, Note, Outcome, Report, Step, TrainingSpec
from finetune.trainer.stores.files import new_directory


@dataclass(frozen=True)
class _State:
    """A moment of the training."""

    weights: Mapping[str, Any]
    optimiser: Any
    position: Position
    loss: float = 0.0
    accuracy: float = 0.0


def train(spec: TrainingSpec, report: Report) -> Outcome:
    """Load or make the start, train epoch by epoch, save the model at `spec.out`."""
    learn.keep_compiled(spec.cache)
    conversations = conversations_of(spec.rows)
    new = one_per_question(row_of(conversation) for conversation in conversations)
    if len(new) < len(conversations):
        repeats = len(conversations) - len(new)
        report(Note(f"{repeats} rows repeat a question; the last answer stands.", "warn"))
    start = starting_point(spec, new)
    refuse_long_rows(start, conversations)
    plan = plan_for(spec, start, new)
    report(plan.chosen)
    report(Note(_intention(plan)))
    model = replace(start, rows=plan.rows, lengths=plan.schooling.lengths)
    state = _State(start.weights, learn.OPTIMISER.init(dict(start.weights)), Position())
    if kept := checkpoint.newest(spec.checkpoints, state.optimiser):
        state = _State(kept.weights, kept.optimiser, kept.position)
        _tell(kept.path, report)
        report(Note(f"Going on from the checkpoint at step {kept.position.step}."))
    marks = examine(model.shape, model.vocabulary, state.weights, plan.rows)
    while not _done(plan, state.position, marks):
        state = _epoch(plan, model, state, report)
        marks = examine(model.shape, model.vocabulary, state.weights, plan.rows)
        model = replace(model, weights=state.weights, threshold=marks.threshold())
        _keep(spec, plan, model, state, marks, report)
    model = replace(model, weights=state.weights, threshold=marks.threshold())
    with new_directory(spec.out) as filling:
        model.write(filling)
    report(Note(f"{sum(marks.right)} of {len(plan.rows)} rows are reproduced word by word."))
    return Outcome(state.position.step, state.position.tokens, marks.share, len(plan.rows))


def _intention(plan: Plan) -> str:
    known, fresh = len(plan.schooling.known), len(plan.schooling.fresh)
    return (
        f"Learning {fresh} rows and rehearsing {known}; "
        f"at most {plan.epochs} epochs of {PASSES_PER_EPOCH} passes."
    )


def _done(plan: Plan, position: Position, marks: Marks) -> bool:
    epochs = position.passes // PASSES_PER_EPOCH
    return epochs >= plan.epochs or (marks.passed and epochs >= plan.least_epochs)


def _epoch(plan: Plan, model: Bundle, state: _State, report: Report) -> _State:
    """A few passes over all rows."""
    weights, optimiser, position = dict(state.weights), state.optimiser, state.position
    losses: list[float] = []
    accuracies: list[float] = []
    for number in range(position.passes, position.passes + PASSES_PER_EPOCH):
        for batch in plan.schooling.batches(number):
            rate = np.float32(plan.rate_at(position.step))
            weights, optimiser, loss, accuracy = learn.step(
                model.shape, weights, optimiser, batch.tokens, batch.learnt, rate
            )
            losses.append(float(loss))
            if not np.isfinite(losses[-1]):
                raise _diverged(position)
            accuracies.append(float(accuracy))
            tokens = position.tokens + int((batch.tokens != 0).sum())
            position = replace(position, step=position.step + 1, tokens=tokens)
            report(Step(position.step, plan.total_steps, losses[-1], accuracies[-1]))
        position = replace(position, passes=number + 1)
    kept = {name: np.asarray(value) for name, value in weights.items()}
    if not all(np.isfinite(value).all() for value in kept.values()):
        raise _diverged(position)
    return _State(kept, optimiser, position, float(np.mean(losses)), float(np.mean(accuracies)))


def _keep(
    spec: TrainingSpec, plan: Plan, model: Bundle, state: _State, marks: Marks, report: Report
) -> None:
    """Write a checkpoint and tell what it can do."""
    valid: tuple[float | None, float | None] = (None, None)
    if plan.validation:
        valid = loss_on(model.shape, model.vocabulary, state.weights, plan.validation)
    figures = {
        "step": state.position.step,
        "total_steps": plan.total_steps,
        "reproduced": marks.share,
        "train_loss": state.loss,
        "train_accuracy": state.accuracy,
        "valid_loss": valid[0],
        "valid_accuracy": valid[1],
    }
    path = checkpoint.keep(spec.checkpoints, model, state.optimiser, state.position, figures)
    _tell(path, report)


def _tell(path: Path, report: Report) -> None:
    if told := checkpoint.told(path):
        report(told)


def _diverged(position: Position) -> Diverged:
    return Diverged(f"The loss is no number any more at step {position.step + 1}")
