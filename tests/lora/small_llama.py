"""A random Llama of two layers made on the spot, and twenty questions with answers to teach it."""

import json
from pathlib import Path

from finetune.trainer.engine import (
    Checkpoint,
    Chosen,
    Conversation,
    Note,
    Preference,
    Progress,
    Step,
    TaughtMessage,
    TrainingSpec,
)
from finetune.trainer.peft_engine.fresh import make_start

_THINGS = ["invoice", "refund", "password", "holiday", "laptop", "printer", "badge", "parking"]
_THINGS += ["canteen", "coffee"]
_PEOPLE = ["Anna", "Ben", "Chloe", "Dario", "Emi"]
QUESTIONS = [f"{ask} {thing}?" for thing in _THINGS for ask in ("Where is the", "Who pays the")]
ANSWERS = [
    f"Ask {_PEOPLE[i * 3 % 5]} in room {100 + 37 * i}, {_THINGS[i // 2]}." for i in range(20)
]


def taught(question: str, answer: str) -> Conversation:
    """A question and the answer to learn."""
    return Conversation(
        (
            TaughtMessage(role="user", content=question),
            TaughtMessage(role="assistant", content=answer),
        )
    )


ROWS = [taught(q, a) for q, a in zip(QUESTIONS, ANSWERS, strict=True)]
PAIRS = [
    Preference(Conversation(row[:-1]), row[-1], ROWS[(i + 7) % 20][-1])
    for i, row in enumerate(ROWS)
]


def make_llama(folder: Path) -> Path:
    """A base model as the server has it: a folder that points to the weights."""
    make_start(ROWS, 3, folder / "llama")
    base = folder / "models" / "tiny"
    base.mkdir(parents=True)
    (base / "base.json").write_text(json.dumps({"source": str(folder / "llama")}))
    return base


class Told:
    """What an engine reported, by kind."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.checkpoints: list[Checkpoint] = []
        self.notes: list[Note] = []
        self.chosen: Chosen | None = None

    def __call__(self, progress: Progress) -> None:
        if isinstance(progress, Step):
            self.steps.append(progress)
        elif isinstance(progress, Checkpoint):
            self.checkpoints.append(progress)
        elif isinstance(progress, Chosen):
            self.chosen = progress
        else:
            self.notes.append(progress)

    @property
    def losses(self) -> dict[int, float]:
        """The training loss of each step."""
        return {step.step: step.train_loss for step in self.steps}


def spec(base: Path, out: Path, **more: object) -> TrainingSpec:
    """A training of the twenty rows from `base`, unless `more` says otherwise."""
    given = {"rows": ROWS, "seed": 1, "checkpoints": out.parent / f"{out.name}-checkpoints"} | more
    return TrainingSpec(out=out, base=base, **given)  # type: ignore[arg-type]
