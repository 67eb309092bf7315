"""One training from rows to a model folder: the whole job of the peft engine, downwards.

An adapter is trained on the base, or an adapter there is goes on; without a base, all weights of
a small random model. Several processes may do it together (torch.distributed): the first reports
and writes.
"""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from transformers import set_seed

from finetune.trainer.engine import DoesNotFit, Note, Outcome, Report, TrainingSpec
from finetune.trainer.peft_engine import checkpoints, group, loading
from finetune.trainer.peft_engine.adapters import adapter_for
from finetune.trainer.peft_engine.base import read_base, write_base
from finetune.trainer.peft_engine.checkpoints import Completed, Kept
from finetune.trainer.peft_engine.preparing import Prepared, prepare
from finetune.trainer.peft_engine.quiet import quietly
from finetune.trainer.peft_engine.rehearsal import write_taught
from finetune.trainer.peft_engine.reporting import Reporting, UntilLearnt
from finetune.trainer.peft_engine.reproducing import reproduced
from finetune.trainer.peft_engine.trainers import trainer_for
from finetune.trainer.stores.files import new_directory


def check(spec: TrainingSpec) -> None:
    """Refuse what could only fail later. Raises EngineRefusal."""
    with quietly():
        prepare(spec)


def train(spec: TrainingSpec, report: Report) -> Outcome:
    """Prepare, train epoch by epoch from where it stood, write the model to `spec.out`."""
    with quietly(), _explained():
        prepared, first = prepare(spec, group.size()), group.is_first()
        if first:
            report(prepared.plan.chosen)
            for note in prepared.notes:
                report(note)
        kept = group.from_first(checkpoints.newest(spec.checkpoints) if first else None)
        if kept is not None and first:
            report(Note(f"Going on from the checkpoint at step {kept.completed.step}."))
        if kept is not None and kept.completed.done:
            model, completed = _finished(spec, prepared, kept), kept.completed
        else:
            model, completed = _trained(spec, prepared, kept, report)
        if first:
            _write(spec.out, prepared, model)
        return _outcome(spec, prepared, model, completed, report)


def _trained(
    spec: TrainingSpec, prepared: Prepared, kept: Kept | None, report: Report
) -> tuple[Any, Completed]:
    plan = prepared.plan
    adapted = plan.rank is not None
    callbacks: list[Any] = [UntilLearnt()] if plan.until_learnt else []
    callbacks.append(Reporting(report, prepared.base, spec.out.parent, adapted=adapted))
    set_seed(plan.seed)  # the adapter's first numbers are random
    model = _model(prepared, prepared.base.adapter, trainable=True)
    fresh = adapter_for(plan) if adapted and prepared.base.adapter is None else None
    trainer = trainer_for(prepared, model, fresh, spec.checkpoints, callbacks)
    trainer.train(resume_from_checkpoint=str(kept.path) if kept else None)
    state = trainer.state
    unwrapped = trainer.accelerator.unwrap_model(trainer.model)
    return unwrapped, Completed(state.global_step, float(state.epoch), done=True)


def _finished(spec: TrainingSpec, prepared: Prepared, kept: Kept) -> Any:
    """The model of a training that was killed after its last step."""
    path = spec.checkpoints / (kept.completed.best or kept.path.name)
    if prepared.plan.rank is None:
        return loading.read_weights(read_base(path))
    return _model(prepared, path, trainable=False)


def _model(prepared: Prepared, adapter: Path | None, *, trainable: bool) -> Any:
    model = loading.read_weights(prepared.base, four_bit=prepared.plan.four_bit)
    if adapter is None:
        return model
    from peft import PeftModel

    return PeftModel.from_pretrained(model, str(adapter), is_trainable=trainable)


def _write(out: Path, prepared: Prepared, model: Any) -> None:
    """The finished model: adapter or weights, tokenizer, what it stands on and was taught."""
    with new_directory(out) as filling:
        if prepared.plan.rank is None:
            model.save_pretrained(filling)
        else:
            model.save_pretrained(filling, selected_adapters=["default"])
            write_base(filling, prepared.base, out.parent)
        (filling / "README.md").unlink(missing_ok=True)
        prepared.tokenizer.save_pretrained(filling)
        if prepared.taught:
            write_taught(filling, prepared.taught)


def _outcome(
    spec: TrainingSpec, prepared: Prepared, model: Any, completed: Completed, report: Report
) -> Outcome:
    share: float | None = None
    if prepared.taught and prepared.plan.method == "supervised" and group.is_first():
        share = reproduced(model, prepared.material.train)
        report(Note(f"{share:.0%} of {len(prepared.material.train)} answers are reproduced."))
    tokens = round(prepared.material.tokens * completed.epochs)
    return Outcome(completed.step, tokens, share, len(spec.rows))


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    """Errors of torch as what a person can act on. A full disk stays an OSError."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise DoesNotFit(
            "The GPU's memory was not enough. What would help: four_bit, gradient_checkpointing, "
            "a smaller batch_size, shorter rows (max_length), and nothing else on the GPU."
        ) from error
    except RuntimeError as error:
        if "PytorchStreamWriter" in str(error) or "No space left" in str(error):
            raise OSError(errno.ENOSPC, "No space left on device") from error
        raise
