"""What the check found, as one document: the keys of `finetune check --json`."""

from datetime import date
from typing import Any

from finetune.check.codes import WARNINGS, Finding
from finetune.check.collect import Collector
from finetune.check.distribution import Distribution, Histogram
from finetune.check.formats import Format
from finetune.check.money import (
    Cost,
    Model,
    Price,
    Replies,
    default_epochs,
    replies_cost,
    training_cost,
)
from finetune.dataset.example import Frozen
from finetune.dataset.tokens import vocabulary

LEAST_EXAMPLES, ADVISED_EXAMPLES = 10, 50
LARGEST_FILE = 512_000_000  # bytes, through OpenAI's Files API
MOST_IMAGE_ROWS = 50_000
MAIN_SCRIPT = 0.9  # a smaller share of the main script is called mixed


class Error(Frozen):
    """One error of one line."""

    line: int
    code: str
    message: str


class Warned(Frozen):
    """Something to know of; `lines` are the first of the `count` rows."""

    code: str
    message: str
    count: int
    lines: tuple[int, ...] = ()
    at_least: bool = False  # there may be more than `count`


class Report(Frozen):
    """Everything about one training file."""

    file: str
    format: Format
    model: str
    vocabulary: str
    bytes: int
    examples: int
    errors: list[Error]
    errors_total: int
    error_lines: int
    warnings: list[Warned]
    missing_system: int
    missing_user: int
    messages: Distribution
    tokens: Distribution
    assistant_tokens: Distribution
    histograms: dict[str, list[tuple[int, int, int]]]  # (from, to, examples)
    longest_example: int | None
    over_limit: int
    epochs: int
    billed_tokens: int
    training_cost: Cost | None
    replies_cost: Replies | None
    price: Price | None
    duplicates: int
    near_duplicates: int
    conflicting_answers: int
    personal_data: int
    personal_data_at_least: bool  # not every doubtful text of a large file was read
    invented_identifiers: int
    scripts: dict[str, float]
    next_command: str = ""


class Facts(Frozen):
    """What was asked: the file and how it is to be trained on."""

    file: str
    bytes: int
    format: Format
    model: str
    known: Model
    price: Price | None
    epochs: int | None
    today: date


def reported(facts: Facts, found: Collector) -> Report:
    """The document on a file that has been read to its end."""
    epochs = facts.epochs or default_epochs(found.examples)
    tokens, answers = found.tokens.distribution(), found.answer_tokens.distribution()
    billed = found.tokens_learnt_from * epochs
    return Report(
        **facts.model_dump(include={"file", "bytes", "format", "model"}),
        vocabulary=vocabulary(facts.model).name,
        examples=found.examples,
        errors=[_error(one) for one in found.errors],
        errors_total=found.errors_total,
        error_lines=found.error_lines,
        warnings=_warnings(facts, found),
        missing_system=found.rows("missing_system").total,
        missing_user=found.rows("missing_user").total,
        messages=found.messages.distribution(),
        tokens=tokens,
        assistant_tokens=answers,
        histograms=_histograms(found),
        longest_example=facts.known.longest_example,
        over_limit=found.rows("over_limit").total,
        epochs=epochs,
        billed_tokens=billed,
        training_cost=training_cost(facts.price, billed),
        replies_cost=replies_cost(facts.price, tokens.mean - answers.mean, answers.mean),
        price=facts.price,
        duplicates=found.rows("duplicates").total,
        near_duplicates=found.rows("near_duplicates").total,
        conflicting_answers=found.rows("conflicting_answers").total,
        personal_data=found.rows("personal_data").total,
        personal_data_at_least=found.more_personal_data,
        invented_identifiers=found.rows("invented_identifiers").total,
        scripts=_shares(found),
        next_command=_next(facts, found),
    )


def _histograms(found: Collector) -> dict[str, list[tuple[int, int, int]]]:
    quantities: dict[str, Histogram] = {
        "tokens": found.tokens,
        "assistant_tokens": found.answer_tokens,
    }
    return {name: quantity.bars(10) for name, quantity in quantities.items()}


def _error(finding: Finding) -> Error:
    return Error(line=finding.line, code=finding.code, message=finding.message)


def _warnings(facts: Facts, found: Collector) -> list[Warned]:
    whole_file = {
        "too_few_examples": found.examples < LEAST_EXAMPLES,
        "file_too_large": facts.bytes > LARGEST_FILE,
        "too_many_images_in_file": found.rows("images").total > MOST_IMAGE_ROWS,
        "few_examples": LEAST_EXAMPLES <= found.examples < ADVISED_EXAMPLES,
        "unknown_model": not vocabulary(facts.model).known,
        "unknown_limit": facts.known.longest_example is None,
        "unknown_price": facts.price is None or facts.price.training is None,
        "mixed_languages": bool(found.scripts) and max(_shares(found).values()) < MAIN_SCRIPT,
    }
    warned = []
    for code, sentence in WARNINGS.items():
        rows = found.rows(code)
        if whole_file.get(code):
            warned.append(Warned(code=code, message=sentence, count=found.examples))
        elif rows.total and _matters(code, rows.total, found.examples):
            more = code == "personal_data" and found.more_personal_data
            lines = tuple(rows.lines)
            warned.append(
                Warned(code=code, message=sentence, count=rows.total, lines=lines, at_least=more)
            )
    return warned + _retired(facts)


def _matters(code: str, count: int, examples: int) -> bool:
    """A file in which no example has a system message is of one mind; that is no warning."""
    return code != "missing_system" or count < examples


def _retired(facts: Facts) -> list[Warned]:
    known = facts.known
    told = []
    if known.shut_down is not None:
        tense = "was" if known.shut_down <= facts.today else "is"
        told.append(f"{facts.model} {tense} shut down at OpenAI on {known.shut_down}")
    if known.no_new_jobs is not None:
        told.append(f"OpenAI takes no new fine-tuning jobs after {known.no_new_jobs}")
    if not told:
        return []
    return [Warned(code="cannot_be_tuned", message="; ".join(told), count=1)]


def _shares(found: Collector) -> dict[str, float]:
    total = found.scripts.total()
    return {name: round(count / total, 4) for name, count in found.scripts.most_common()}


def _next(facts: Facts, found: Collector) -> str:
    curable = ("duplicates", "near_duplicates", "personal_data", "over_limit")
    if found.errors_total or any(found.rows(code).total for code in curable):
        return f"finetune prepare {facts.file} -o prepared.jsonl"
    if found.examples < LEAST_EXAMPLES:
        return f"finetune check {facts.file}  # when it has {LEAST_EXAMPLES} examples or more"
    return f"finetune train {facts.file} --model {facts.model}"


def document(report: Report) -> dict[str, Any]:
    """The report as JSON takes it."""
    return report.model_dump(mode="json", exclude={"histograms"})
