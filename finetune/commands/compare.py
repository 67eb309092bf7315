"""`finetune compare`: several models answer the same cases, side by side."""

from pathlib import Path
from typing import Annotated

import typer

from finetune.commands import asking_cases as shared
from finetune.commands.options import Concurrency, DataDir, Debug, Json, Rate
from finetune.commands.output import Output
from finetune.commands.running import finish


def compare(
    models: Annotated[str, typer.Option(help="Names with commas between them.")],
    cases: shared.Cases,
    length: Annotated[
        int | None, typer.Option(min=1, help="Wanted length in characters.", show_default=False)
    ] = None,
    tolerance: Annotated[
        float, typer.Option(min=0, max=1, help="Share by which the length may differ.")
    ] = 0.05,
    system: shared.System = None,
    temperature: shared.Temperature = 0.0,
    max_tokens: shared.MaxTokens = None,
    legacy_completion: shared.LegacyCompletion = False,
    separator: shared.Separator = None,
    stop: shared.Stop = None,
    samples: Annotated[int, typer.Option(min=0, help="Cases shown side by side.")] = 3,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="JSONL for all answers.", show_default=False),
    ] = None,
    fresh: shared.Fresh = False,
    price: shared.Price = None,
    concurrency: Concurrency = 8,
    rate: Rate = None,
    data_dir: DataDir = None,
    as_json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by `explaining`
) -> None:
    """Ask several models the same cases, and compare length, speed, tokens and cost.

    Answers are kept in DATA_DIR: started again after anything, it pays for nothing twice.

    Example: finetune compare --models base,ft:base:team::1 --cases unseen.jsonl --length 100
    """
    from finetune.commands.answer_prices import answer_prices
    from finetune.commands.comparing import Wanted, run
    from finetune.evaluation.constraints import Length

    form = shared.Form(
        system, temperature, max_tokens, legacy_completion, separator, tuple(stop or ())
    )
    named = shared.named_models(models)
    wanted = Wanted(
        models=named,
        cases=shared.looked_through(cases, form),
        form=form,
        target=None if length is None else Length(length, tolerance),
        samples=samples,
        output=output,
        prices=answer_prices(price or (), named),
    )

    async def work() -> int:
        async with shared.asking(
            data_dir, at_once=concurrency, per_minute=rate, fresh=fresh
        ) as asker:
            await run(asker, wanted, Output(as_json))
        return 0

    finish(work)
