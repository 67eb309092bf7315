"""The peft engine trains an adapter on a tiny random Llama; its pace as JSON. Runs in .venv-lora.

From the end of the first epoch to the last step: steps, reports and checkpoints. The tiny model is left in FOLDER for bare_trl.py.
"""

import json
import sys
from pathlib import Path
from typing import Any

from bench.trainer_runs.pace import Moment, now, pace, share_of_steps
from finetune.trainer.settings import pin_numeric_threads

pin_numeric_threads()

from finetune.trainer.engine import Hyperparameters, Lora, Step, TrainingSpec  # noqa: E402
from finetune.trainer.peft_engine.engine import PeftEngine  # noqa: E402
from finetune.trainer.peft_engine.fresh import make_start  # noqa: E402
from finetune.trainer.wire.chat_rows import read_chat_rows  # noqa: E402 - threads first

EPOCHS, BATCH = 12, 8


def main(file: Path, folder: Path) -> None:
    rows: list[Any] = read_chat_rows(file.read_bytes())
    base = folder / "base"
    make_start(rows, 1, base)
    seen: list[Moment] = []
    spec = TrainingSpec(
        rows,
        folder / "out",
        folder / "checkpoints",
        seed=1,
        base=base,
        hyperparameters=Hyperparameters(n_epochs=EPOCHS, batch_size=BATCH),
        lora=Lora(rank=16, alpha=32.0),
    )
    outcome = PeftEngine().train(spec, lambda told: seen.append(now(told)))
    epoch = -(-len(rows) // BATCH)
    made = [place for place, moment in enumerate(seen) if isinstance(moment.told, Step)]
    first, last = made[epoch], made[-1]
    tokens = outcome.trained_tokens / outcome.steps * (outcome.steps - epoch - 1)
    found = {
        **pace(tokens, seen[first], seen[last]),
        "share_of_steps": share_of_steps(seen[first : last + 1]),
        "tokens": outcome.trained_tokens,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
