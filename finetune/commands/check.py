"""`finetune check`: what is wrong with a training file, and what training on it costs."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from finetune.commands.options import Debug, Json
from finetune.commands.output import Output
from finetune.commands.progress import bar
from finetune.errors import InputError
from finetune.settings import Settings, load


def check(
    file: Annotated[Path, typer.Argument(help="Training rows as JSON Lines.")],
    model: Annotated[
        str | None,
        typer.Option(help="Decides vocabulary, limits and price. Absent: BASE_MODEL."),
    ] = None,
    row_format: Annotated[
        Literal["chat", "dpo", "completion"] | None,
        typer.Option("--format", help="Absent: what the first row tells."),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(min=1, max=50, help="Absent: by OpenAI's rule from the number of examples."),
    ] = None,
    price: Annotated[
        str | None,
        typer.Option(
            help="Of 1,000,000 tokens: 25/1M, or"
            " training=3,input=0.8,output=3.2,tuned_input=1,tuned_output=4,currency=EUR."
        ),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by `explaining`
) -> None:
    """Find every error of a training file; count its tokens, epochs and price.

    Example: finetune check faq.jsonl --model gpt-4.1-mini-2025-04-14
    """
    from finetune.check.file import Options, check_file
    from finetune.check.money import given_price
    from finetune.check.report import document
    from finetune.check.screen import shown

    output = Output(as_json)
    options = Options(
        model=model or load(Settings).base_model,
        format=row_format,
        epochs=epochs,
        price=given_price(price) if price is not None else None,
    )
    with bar(output, f"Checking {file.name}", _bytes(file)) as advance:
        report = check_file(file, options, advance)
    output.result(document(report), *([] if as_json else shown(report)))
    if report.errors_total:
        raise InputError(
            f"{file} has {report.errors_total:,} errors; correct them, or try"
            f" {report.next_command.partition('  #')[0]}"
        )


def _bytes(file: Path) -> int | None:
    try:
        return file.stat().st_size or None
    except OSError:
        return None
