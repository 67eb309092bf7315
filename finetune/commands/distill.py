"""`finetune distill`: a teacher model writes training examples under a constraint."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from finetune.commands.options import Concurrency, Debug, Json, Rate


def distill(
    inputs: Annotated[
        Path,
        typer.Option(help="A folder of texts, or a file: .txt (a line each), .jsonl, .csv, .tsv."),
    ],
    teacher: Annotated[str, typer.Option(help="The model that writes; a fine-tuned one will do.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write into.")],
    system: Annotated[
        str | None, typer.Option(help="The system prompt: a file, or the text itself.")
    ] = None,
    column: Annotated[
        str | None, typer.Option(help="Column of a table, or key of a row, with the text.")
    ] = None,
    length: Annotated[int | None, typer.Option(min=1, help="Wanted length of an answer.")] = None,
    tolerance: Annotated[
        float, typer.Option(min=0, max=1, help="Share by which the length may differ.")
    ] = 0.05,
    unit: Annotated[
        Literal["characters", "tokens"], typer.Option(help="What the length counts.")
    ] = "characters",
    lines: Annotated[
        str | None, typer.Option(help="Wanted number of lines, such as 3 or 2-4.")
    ] = None,
    regex: Annotated[
        list[str] | None, typer.Option(help="A pattern to be found in it; several: all of them.")
    ] = None,
    json_schema: Annotated[
        Path | None, typer.Option(help="A JSON Schema that the answer is valid by.")
    ] = None,
    judge: Annotated[
        str | None, typer.Option(help="A model that judges what keeps all other rules.")
    ] = None,
    criteria: Annotated[
        str | None, typer.Option(help="What it judges by: a file, or the text itself.")
    ] = None,
    improve: Annotated[int, typer.Option(min=0, help="Corrections asked for in a try.")] = 5,
    tries: Annotated[int, typer.Option(min=1, help="Fresh starts for an input.")] = 5,
    temperature: Annotated[
        float, typer.Option(min=0, max=2, help="Of every try but the first, which is at 0.")
    ] = 0.7,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="The longest answer in tokens.")
    ] = None,
    train: Annotated[int, typer.Option(min=1, help="Training rows wanted.")] = 500,
    test: Annotated[int, typer.Option(min=0, help="Test rows wanted.")] = 50,
    seed: Annotated[int, typer.Option(help="Chooses and orders the inputs.")] = 0,
    price: Annotated[
        str | None,
        typer.Option(help="The teacher's price of 1,000,000 tokens: input=0.4,output=1.6."),
    ] = None,
    most_calls: Annotated[
        int | None, typer.Option(min=1, help="Stop when so many calls were made.")
    ] = None,
    most_cost: Annotated[
        float | None, typer.Option(min=0, help="Stop when they cost so much.")
    ] = None,
    give_up: Annotated[
        int, typer.Option(min=0, help="Stop when so many inputs brought no row; 0: never.")
    ] = 20,
    concurrency: Concurrency = 8,
    per_minute: Rate = None,
    as_json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by `explaining`
) -> None:
    """Let a teacher write examples, improve each until it holds, and keep only those that do.

    Every finished call is kept: the same command again goes on, and pays for nothing twice.

    Example: finetune distill --inputs articles --system three-lines.txt --teacher gpt-4.1 --length 100 -o news
    """
    from finetune.commands.distilling import work
    from finetune.commands.output import Output
    from finetune.commands.running import finish
    from finetune.distill.limits import Limits
    from finetune.distill.order import Order, Rules

    if (judge is None) != (criteria is None):
        raise typer.BadParameter("--judge and --criteria need each other")
    order = Order(
        inputs=inputs,
        column=column,
        teacher=teacher,
        system=system,
        rules=Rules(
            length=length,
            tolerance=tolerance,
            unit=unit,
            lines=lines,
            regex=tuple(regex or ()),
            json_schema=json_schema,
        ),
        judge=judge,
        criteria=criteria,
        improve=improve,
        tries=tries,
        temperature=temperature,
        max_tokens=max_tokens,
        train=train,
        test=test,
        seed=seed,
    )
    output_to = Output(as_json)
    limits = Limits(most_calls, most_cost, give_up)
    finish(
        lambda: work(
            *(order, output, output_to, price, limits), at_once=concurrency, per_minute=per_minute
        )
    )
