"""What `finetune check` says of a snapshot's training file, in the same sentences.

For the page of a snapshot, and for nobody who waits: a file of 100,000 rows takes seconds. It never
changes, so that the answer may be remembered.
"""

from pathlib import Path

from finetune.check.money import Cost, Price, Replies
from finetune.dataset.example import Frozen
from finetune.errors import InputError

SHOWN = 20  # errors named one by one


class CheckedWarning(Frozen):
    """One warning: how many rows it is about (`at_least`: or more), and the first of them."""

    message: str
    count: int
    lines: tuple[int, ...] = ()
    at_least: bool = False


class CheckedFile(Frozen):
    """The numbers of the report; `cost`, `price` and `replies` are None where no price is known."""

    model: str
    examples: int
    bytes: int
    errors: tuple[str, ...]  # the first of them
    errors_total: int
    warnings: tuple[CheckedWarning, ...]
    tokens: int
    longest: int  # tokens of one example
    median: float  # tokens of one example
    answer_tokens: int
    epochs: int  # as the provider will choose, by its published rule
    billed_tokens: int
    cost: Cost | None
    price: Price | None
    replies: Replies | None
    vocabulary: str
    scripts: dict[str, float]
    text: str  # all that the command says, in plain lines


def checked_file(file: Path, model: str) -> CheckedFile | None:
    """Reads the whole file; call it in a thread. None where it is empty or not there."""
    from finetune.check.file import Options, check_file  # heavy: brings numpy
    from finetune.check.screen import shown

    try:
        found = check_file(file, Options(model=model))
    except InputError:
        return None
    report = found.model_copy(update={"file": file.name, "next_command": ""})
    return CheckedFile(
        **report.model_dump(
            include={"model", "examples", "bytes", "epochs", "billed_tokens", "vocabulary"}
        ),
        errors=tuple(f"line {each.line}: {each.message}" for each in report.errors[:SHOWN]),
        errors_total=report.errors_total,
        warnings=tuple(
            CheckedWarning.model_validate(each.model_dump()) for each in report.warnings
        ),
        tokens=report.tokens.total,
        longest=report.tokens.max,
        median=report.tokens.median,
        answer_tokens=report.assistant_tokens.total,
        cost=report.training_cost,
        price=report.price,
        replies=report.replies_cost,
        scripts=report.scripts,
        text="\n".join(line for line in shown(report) if not line.startswith("Next:")).rstrip(),
    )
