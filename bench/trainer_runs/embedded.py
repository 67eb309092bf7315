"""The embedded engine learns the demo's rows; its pace as JSON. A process of its own of bench/trainer.py.

The pace is that of whole training from its first checkpoint to its last one: steps, reports, looking
what is reproduced, checkpoints. Before that, code is compiled.
"""

import json
import sys
import tempfile
from pathlib import Path

from bench.trainer_runs.pace import Moment, now, pace, share_of_steps
from finetune.trainer.settings import pin_numeric_threads

pin_numeric_threads()

from finetune.trainer.embedded.engine import EmbeddedEngine  # noqa: E402
from finetune.trainer.engine import Checkpoint, Hyperparameters, TrainingSpec  # noqa: E402
from finetune.trainer.wire.chat_rows import read_chat_rows  # noqa: E402 - threads first

EPOCHS = 6  # of four passes each; enough for its pace, not for learning all


def main(file: Path) -> None:
    seen: list[Moment] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        spec = TrainingSpec(
            read_chat_rows(file.read_bytes()),
            folder / "out",
            folder / "checkpoints",
            seed=1,
            hyperparameters=Hyperparameters(n_epochs=EPOCHS),
        )
        outcome = EmbeddedEngine().train(spec, lambda told: seen.append(now(told)))
    kept = [place for place, moment in enumerate(seen) if isinstance(moment.told, Checkpoint)]
    first, last = seen[kept[0]], seen[kept[-1]]
    assert isinstance(first.told, Checkpoint)
    assert isinstance(last.told, Checkpoint)
    steps = last.told.step - first.told.step
    found = {
        **pace(outcome.trained_tokens / outcome.steps * steps, first, last),
        "share_of_steps": share_of_steps(seen[kept[0] : kept[-1] + 1]),
        "steps": outcome.steps,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
