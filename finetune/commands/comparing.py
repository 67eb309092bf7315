"""Carries out `finetune compare`: asks, writes the answers, and shows the table."""

import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import IO, Any, NamedTuple

from rich.markup import escape
from rich.table import Table

from finetune.asking.asker import Asker
from finetune.commands.answer_prices import Prices, cost
from finetune.commands.asking_cases import CaseFile, Form, said_separator
from finetune.commands.model_tables import print_table
from finetune.commands.output import Output
from finetune.commands.progress import bar
from finetune.evaluation.comparison import Answered, Figures, Tally, answered
from finetune.evaluation.constraints import Length
from finetune.evaluation.manner import Manner
from finetune.evaluation.summary import Summary
from finetune.files import written

SHOWN = 400  # characters of a sample


class Wanted(NamedTuple):
    """What the command line asks for."""

    models: tuple[str, ...]
    cases: CaseFile
    form: Form
    target: Length | None
    samples: int
    output: Path | None
    prices: Prices


async def run(asker: Asker, wanted: Wanted, output: Output) -> None:
    """Ask every model every case, and say how they compare."""
    manner = wanted.cases.manner(wanted.form)
    tallies = [Tally(model, wanted.target) for model in wanted.models]
    samples: list[Answered] = []
    async with AsyncExitStack() as stack:
        file = stack.enter_context(written(wanted.output)) if wanted.output else None
        advance = stack.enter_context(
            bar(output, "Answers", wanted.cases.total * len(wanted.models))
        )
        async for found in answered(asker, wanted.cases.cases(), wanted.models, manner, advance):
            for tally, answer in zip(tallies, found.answers, strict=True):
                tally.add(answer, manner.text(answer))
            if len(samples) < wanted.samples:
                samples.append(found)
            if file is not None:
                _write(file, found, wanted.models)
    figures = [tally.figures() for tally in tallies]
    _show(output, wanted, manner, figures, samples, asker.calls)


def _write(file: IO[bytes], found: Answered, models: Sequence[str]) -> None:
    answers = {
        model: answer.model_dump(mode="json", exclude={"tokens"})
        for model, answer in zip(models, found.answers, strict=True)
    }
    row = {
        "row": found.case.row,
        "messages": [message.wire() for message in found.case.messages],
        "wanted": found.case.wanted,
        "answers": answers,
    }
    file.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _show(
    output: Output,
    wanted: Wanted,
    manner: Manner,
    figures: Sequence[Figures],
    samples: Sequence[Answered],
    calls: int,
) -> None:
    costs = [
        cost(found.model, wanted.prices, found.prompt_tokens, found.completion_tokens)
        for found in figures
    ]
    said_separator(output, wanted.form, manner)
    if output.as_json:
        shown = [_sample(found, wanted.models, manner) for found in samples]
        models = {f.model: _document(f, c) for f, c in zip(figures, costs, strict=True)}
        total = {"cases": wanted.cases.total, "calls": calls}
        output.result(total | {"models": models, "samples": shown})
        return
    print_table(output.console, _table(wanted, figures, costs), wanted.models)
    for found in figures:
        if found.refusal is not None:
            output.remark(f"{found.model} refused {found.refused}: {found.refusal[:300]}")
    for sample in samples:
        output.result(None, "", *_side_by_side(sample, wanted.models, manner))
    kept = wanted.cases.total * len(wanted.models) - calls
    if kept > 0:
        output.remark(f"{calls} answers asked for, {kept} known before (--fresh asks anew)")


def _document(found: Figures, price: dict[str, object] | None) -> dict[str, Any]:
    plain = found.model_dump(mode="json", exclude={"model", "prompt_tokens", "completion_tokens"})
    tokens: dict[str, int | None] = {
        "prompt": found.prompt_tokens,
        "completion": found.completion_tokens,
        "total": None,
    }
    if found.prompt_tokens is not None and found.completion_tokens is not None:
        tokens["total"] = found.prompt_tokens + found.completion_tokens
    return plain | {"tokens": tokens, "cost": price}


def _sample(found: Answered, models: Sequence[str], manner: Manner) -> dict[str, Any]:
    return {
        "row": found.case.row,
        "question": found.case.question,
        "wanted": found.case.wanted,
        "answers": {
            model: manner.text(answer) for model, answer in zip(models, found.answers, strict=True)
        },
    }


def _table(
    wanted: Wanted, figures: Sequence[Figures], costs: Sequence[dict[str, object] | None]
) -> Table:
    """A column for each model, a row for each number, as in a write-up."""
    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True)
    for found in figures:
        table.add_column(escape(found.model), justify="right", no_wrap=True)
    table.add_row("cases", *(str(wanted.cases.total) for _ in figures))
    _spread(table, "characters", [found.length for found in figures], ".1f")
    if wanted.target is not None:
        low, high = wanted.target.bounds
        shares = (f"{found.within_tolerance or 0:.0%}" for found in figures)
        table.add_row(f"  within {low}-{high}", *shares)
    _spread(table, "seconds", [found.latency for found in figures], ".2f")
    for name in ("prompt_tokens", "completion_tokens", "refused", "empty", "truncated"):
        values = [getattr(found, name) for found in figures]
        if "tokens" in name or any(values):
            shown = ("unknown" if value is None else f"{value:,}" for value in values)
            table.add_row(name.replace("_", " "), *shown)
    table.add_row(
        "cost",
        *("unknown (--price)" if c is None else f"{c['amount']} {c['currency']}" for c in costs),
    )
    return table


def _spread(table: Table, title: str, found: Sequence[Summary], shape: str) -> None:
    for name in ("mean", "median", "min", "max", "stdev", "p95"):
        values = (getattr(summary, name) for summary in found)
        shown = ("-" if value is None else format(value, shape) for value in values)
        table.add_row(f"{title} {name}", *shown)


def _side_by_side(found: Answered, models: Sequence[str], manner: Manner) -> list[str]:
    said = [("question", found.case.question), ("wanted", manner.wanted(found.case))]
    said += [
        (model, manner.text(answer) if answer.refusal is None else f"(refused: {answer.refusal})")
        for model, answer in zip(models, found.answers, strict=True)
    ]
    head = f"Row {found.case.row}"
    return [head, *(f"  {name}: {_cut(text)}" for name, text in said if text is not None)]


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
