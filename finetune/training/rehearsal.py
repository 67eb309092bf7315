"""A run without a run: the files that would be sent now, checked as `finetune check` does.

For the `/retrain` modal and its dry run. Nothing is frozen and nothing leaves this machine.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from finetune.check.money import Cost
from finetune.dataset.example import Example, Frozen
from finetune.dataset.format import is_pair, jsonl, preference
from finetune.dataset.splitting import split
from finetune.training.method import Method

SHOWN = 5  # errors named one by one


class Rehearsal(Frozen):
    """What would be sent, and what the check says of the training file."""

    base_model: str
    method: Method
    train_rows: int
    validation_rows: int
    bytes: int
    tokens: int
    epochs: int  # as the provider will choose, by its published rule
    billed_tokens: int
    cost: Cost | None  # None: the price is not known
    errors: tuple[str, ...]  # the first of them
    errors_total: int
    warnings: tuple[str, ...]
    text: str  # all that the check says, in plain lines


def rehearse(examples: Sequence[Example], model: str, method: Method) -> Rehearsal | None:
    """Reads every example; call it in a thread. None when the training file would be empty."""
    from finetune.check.file import Options, check_file  # heavy: brings numpy
    from finetune.check.screen import shown

    train, validation = split(examples)
    rows = _pairs(train) if method is Method.DPO else jsonl(train)
    if not rows:
        return None
    with tempfile.TemporaryDirectory(prefix="rehearsal-") as folder:
        file = Path(folder) / "train.jsonl"
        file.write_bytes(rows)
        found = check_file(file, Options(model=model))
        report = found.model_copy(update={"file": file.name, "next_command": ""})
    return Rehearsal(
        base_model=model,
        method=method,
        train_rows=rows.count(b"\n"),
        validation_rows=0 if method is Method.DPO else len(validation),
        bytes=len(rows),
        tokens=report.tokens.total,
        epochs=report.epochs,
        billed_tokens=report.billed_tokens,
        cost=report.training_cost,
        errors=tuple(f"{e.line}: {e.message}" for e in report.errors[:SHOWN]),
        errors_total=report.errors_total,
        warnings=tuple(f"{w.message} ({w.count:,})" for w in report.warnings),
        text="\n".join(line for line in shown(report) if not line.startswith("Next:")).rstrip(),
    )


def _pairs(examples: Sequence[Example]) -> bytes:
    pairs = (e for e in examples if is_pair(e.messages, e.rejected))
    return "".join(preference(e.messages, e.rejected or "") + "\n" for e in pairs).encode()
