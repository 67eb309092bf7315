"""What transformers' Trainer tells during a training, as the engine's reports; and when it ends.

One process reports and completes checkpoints, the first; all of them stop together.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from finetune.trainer.engine import Checkpoint, Diverged, Report, Step
from finetune.trainer.peft_engine.base import Base, write_base
from finetune.trainer.peft_engine.checkpoints import Completed, complete

SAVE_EVERY = 200  # steps; an epoch that is longer is kept more than once
EPOCHS_KEPT = 10  # so many epochs are kept each; of more, those SAVE_AFTER steps apart
SAVE_AFTER = 40
_NAMES = {
    "rewards/margins": "reward_margin",
    "rewards/accuracies": "reward_accuracy",
    "rewards/chosen": "chosen_reward",
    "rewards/rejected": "rejected_reward",
    "learning_rate": "learning_rate",
    "grad_norm": "gradient_norm",
}


class Reporting(TrainerCallback):  # type: ignore[misc]
    """Reports steps and checkpoints. Raises Diverged when a loss or a gradient is no number."""

    def __init__(self, report: Report, base: Base, models: Path, *, adapted: bool) -> None:
        self._report = report
        self._base, self._models, self._adapted = base, models, adapted
        self._saved = 0
        self._since: list[tuple[float, float]] = []
        self._valid: tuple[float | None, float | None] = (None, None)

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **_told: Any) -> None:
        """A resumed training begins at a checkpoint."""
        self._saved = state.global_step

    def on_log(self, _args: Any, state: Any, _control: Any, **told: Any) -> None:
        """A step has been made, or the validation rows have been looked at."""
        logs: Mapping[str, float] = told["logs"]
        if "eval_loss" in logs:
            self._valid = (logs["eval_loss"], logs.get("eval_mean_token_accuracy"))
        if "loss" not in logs:
            return
        loss, accuracy = logs["loss"], logs.get("mean_token_accuracy", 0.0)
        if not math.isfinite(loss) or not math.isfinite(logs.get("grad_norm", 0.0)):
            raise Diverged(
                f"The loss is no number any more at step {state.global_step}; a smaller "
                "learning_rate_multiplier would help."
            )
        self._since.append((loss, accuracy))
        if state.is_world_process_zero:
            extra = {name: logs[key] for key, name in _NAMES.items() if key in logs}
            self._report(Step(state.global_step, state.max_steps, loss, accuracy, extra))

    def on_step_end(self, _args: Any, state: Any, control: Any, **_told: Any) -> Any:
        """Keep a checkpoint within a long epoch."""
        if state.global_step - self._saved >= SAVE_EVERY:
            control.should_save = True
        return control

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_told: Any) -> Any:
        """Of many short epochs, not each is worth a checkpoint; the last one always is."""
        many = args.num_train_epochs > EPOCHS_KEPT and not args.load_best_model_at_end
        ended = control.should_training_stop or state.global_step >= state.max_steps
        if many and not ended and state.global_step - self._saved < SAVE_AFTER:
            control.should_save = False
        return control

    def on_save(self, args: Any, state: Any, control: Any, **_told: Any) -> None:
        """All files of a checkpoint are written: make it a model folder, and whole."""
        if state.is_world_process_zero and self._since:
            path = Path(args.output_dir) / f"checkpoint-{state.global_step}"
            if self._adapted:
                write_base(path, self._base, self._models)
            best = state.best_model_checkpoint
            done = control.should_training_stop or state.global_step >= state.max_steps
            complete(
                path,
                Completed(state.global_step, state.epoch, done, Path(best).name if best else None),
            )
            losses, accuracies = zip(*self._since, strict=True)
            self._report(
                Checkpoint(
                    step=state.global_step,
                    total_steps=state.max_steps,
                    path=path,
                    reproduced=None,
                    train_loss=sum(losses) / len(losses),
                    train_accuracy=sum(accuracies) / len(accuracies),
                    valid_loss=self._valid[0],
                    valid_accuracy=self._valid[1],
                )
            )
        self._saved = state.global_step
        self._since.clear()
        self._valid = (None, None)


class UntilLearnt(TrainerCallback):  # type: ignore[misc]
    """Ends the training when every token of an epoch was the likeliest one: all is reproduced."""

    def __init__(self) -> None:
        self._right: list[bool] = []

    def on_log(self, _args: Any, _state: Any, _control: Any, **told: Any) -> None:
        """A step has been made."""
        if "loss" in told["logs"]:
            self._right.append(told["logs"].get("mean_token_accuracy", 0.0) >= 1.0)

    def on_epoch_end(self, _args: Any, _state: Any, control: Any, **_told: Any) -> Any:
        """All rows have been seen."""
        if self._right and all(self._right):
            control.should_training_stop = True
        self._right.clear()
        return control
