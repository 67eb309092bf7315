"""What a person would write with trl for the same adapter, model and rows; its pace as JSON.

Runs in .venv-lora, after peft_engine.py, whose tiny model it takes. With SAVES=epoch it keeps a
checkpoint each epoch, with SAVES=no none at all.
"""

import json
import sys
from pathlib import Path
from typing import Any

from bench.trainer_runs.pace import Moment, now, pace
from finetune.trainer.settings import pin_numeric_threads

pin_numeric_threads()

from datasets import Dataset  # noqa: E402 - threads first
from peft import LoraConfig  # noqa: E402
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback  # noqa: E402
from trl import SFTConfig, SFTTrainer  # noqa: E402

EPOCHS, BATCH = 12, 8


class Clock(TrainerCallback):  # type: ignore[misc]
    """When each step ended."""

    def __init__(self) -> None:
        self.seen: list[Moment] = []

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.seen.append(now())


def main(file: Path, folder: Path, saves: str) -> None:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    clock = Clock()
    tokenizer = AutoTokenizer.from_pretrained(folder / "base")
    trainer = SFTTrainer(
        model=AutoModelForCausalLM.from_pretrained(folder / "base"),
        args=SFTConfig(
            output_dir=str(folder / f"bare-{saves}"),
            num_train_epochs=EPOCHS,
            per_device_train_batch_size=BATCH,
            learning_rate=3e-4,
            lr_scheduler_type="cosine",
            assistant_only_loss=True,
            gradient_checkpointing=False,
            logging_steps=1,
            save_strategy=saves,
            save_total_limit=2,
            use_cpu=True,
            bf16=False,
            report_to="none",
            disable_tqdm=True,
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=LoraConfig(
            r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"
        ),
        callbacks=[clock],
    )
    tokens = sum(len(row["input_ids"]) for row in trainer.train_dataset)
    trainer.train()
    epoch = -(-len(rows) // BATCH)
    steps = len(clock.seen) - 1 - epoch
    found = pace(tokens / epoch * steps, clock.seen[epoch], clock.seen[-1])
    print(json.dumps({**found, "tokens": tokens * EPOCHS}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
