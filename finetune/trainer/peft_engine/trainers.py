"""trl's trainers, set up from a plan: SFTTrainer for conversations, DPOTrainer for pairs.

Both get rows that are tokens already, so that nothing is cut or masked behind our back.
"""

from pathlib import Path
from typing import Any

import torch
from transformers import EarlyStoppingCallback, PrinterCallback
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

from finetune.trainer.peft_engine import group
from finetune.trainer.peft_engine.checkpoints import KEPT
from finetune.trainer.peft_engine.loading import has_gpu, number_type
from finetune.trainer.peft_engine.material import dataset_of
from finetune.trainer.peft_engine.plan import CHOSEN_WEIGHT
from finetune.trainer.peft_engine.preparing import Prepared


class _Conversations(SFTTrainer):  # type: ignore[misc]
    def create_model_card(self, *_: Any, **__: Any) -> None:
        """A checkpoint is no publication."""


class _Pairs(DPOTrainer):  # type: ignore[misc]
    def create_model_card(self, *_: Any, **__: Any) -> None:
        """A checkpoint is no publication."""

    def _prepare_dataset(self, dataset: Any, *_: Any, **__: Any) -> Any:
        """The rows are tokens already (`material.py`), masked as for conversations."""
        return dataset


def trainer_for(
    prepared: Prepared, model: Any, adapter: Any, folder: Path, callbacks: list[Any]
) -> Any:
    """A trainer that keeps its checkpoints in `folder`; `adapter` is made on `model` if given."""
    plan, material = prepared.plan, prepared.material
    train = dataset_of(material.train)
    held_out = dataset_of(material.validation) if material.validation else None
    options = _common(prepared, folder)
    if plan.method == "dpo":
        arguments: Any = DPOConfig(
            **options,
            beta=plan.beta,
            loss_type=["sigmoid", "sft"],
            loss_weights=[1.0, CHOSEN_WEIGHT],
            max_length=None,
        )
    else:
        arguments = SFTConfig(
            **options,
            max_length=prepared.packed,
            packing=plan.packing,
            eval_packing=False,
        )
    kind = _Pairs if plan.method == "dpo" else _Conversations
    if plan.patience is not None:
        callbacks = [*callbacks, EarlyStoppingCallback(early_stopping_patience=plan.patience)]
    trainer = kind(
        model=model,
        args=arguments,
        train_dataset=train,
        eval_dataset=held_out,
        processing_class=prepared.tokenizer,
        peft_config=adapter,
        callbacks=callbacks,
    )
    trainer.remove_callback(PrinterCallback)  # standard output belongs to the command
    return trainer


def _common(prepared: Prepared, folder: Path) -> dict[str, Any]:
    plan, cut, material = prepared.plan, prepared.fit, prepared.material
    at_once = cut.rows_at_once
    share = -(-plan.batch_size // group.size())
    per_epoch = "epoch" if material.validation else "no"
    return {
        "output_dir": str(folder),
        "num_train_epochs": plan.epochs,
        "per_device_train_batch_size": at_once,
        "per_device_eval_batch_size": at_once,
        "gradient_accumulation_steps": 1 if plan.packing else max(1, share // at_once),
        "learning_rate": plan.rate,
        "lr_scheduler_type": "cosine",
        "warmup_steps": plan.warm_up(len(material.train)),
        "weight_decay": 0.0,
        "gradient_checkpointing": cut.gradient_checkpointing,
        "bf16": number_type() is torch.bfloat16,
        "use_cpu": not has_gpu(),
        "seed": plan.seed,
        "data_seed": plan.seed,
        "logging_steps": 1,
        "logging_nan_inf_filter": False,  # a loss that is no number must be seen
        "eval_strategy": per_epoch,
        "prediction_loss_only": True,
        "save_strategy": "epoch",
        "save_total_limit": KEPT,
        "load_best_model_at_end": plan.patience is not None,
        "metric_for_best_model": "eval_loss" if plan.patience is not None else None,
        "greater_is_better": False if plan.patience is not None else None,
        "ddp_find_unused_parameters": False,
        "dataloader_pin_memory": has_gpu(),
        "report_to": "none",
        "disable_tqdm": True,
        # Early stopping counts the epochs without progress over a kill, too.
        "restore_callback_states_from_checkpoint": plan.patience is not None,
    }
