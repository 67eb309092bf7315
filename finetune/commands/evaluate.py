"""`finetune evaluate`: is the candidate better than the champion?"""

from pathlib import Path
from typing import Annotated

import typer

from finetune.commands import asking_cases as shared
from finetune.commands.options import Concurrency, DataDir, Debug, Json, Rate
from finetune.commands.output import Output
from finetune.commands.running import finish


def evaluate(
    candidate: Annotated[str, typer.Option(help="The model in question.")],
    cases: shared.Cases,
    champion: Annotated[
        str | None, typer.Option(help="The model it is held against.", show_default=False)
    ] = None,
    constraint: Annotated[
        list[str] | None,
        typer.Option(
            help="A rule for each answer: length=100±5%, tokens=…, lines=3, regex=…, "
            "json-schema=FILE.",
            show_default=False,
        ),
    ] = None,
    judge: Annotated[
        str | None, typer.Option(help="A model that says which answer is better.")
    ] = None,
    criteria: Annotated[
        str | None, typer.Option(help="What the judge calls better: text, or a file.")
    ] = None,
    classification: Annotated[
        bool | None,
        typer.Option(
            "--classification/--no-classification",
            help="Answers are labels; absent: when the wanted ones look like it.",
            show_default=False,
        ),
    ] = None,
    classes: Annotated[
        str | None, typer.Option(help="The labels, with commas between them.")
    ] = None,
    positive: Annotated[
        str | None, typer.Option(help="Of two labels the one to find; absent: the first.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(help="PNG for the ROC curve.", show_default=False)
    ] = None,
    margin: Annotated[
        float, typer.Option(min=0, max=1, help="A loss that does not matter.")
    ] = 0.02,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = 0,
    fail_if_worse: Annotated[
        bool, typer.Option("--fail-if-worse", help="End with 1 when the verdict is worse.")
    ] = False,
    system: shared.System = None,
    temperature: shared.Temperature = 0.0,
    max_tokens: shared.MaxTokens = None,
    legacy_completion: shared.LegacyCompletion = False,
    separator: shared.Separator = None,
    stop: shared.Stop = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="JSONL for every case: answers and metrics.", show_default=False
        ),
    ] = None,
    fresh: shared.Fresh = False,
    concurrency: Concurrency = 8,
    rate: Rate = None,
    data_dir: DataDir = None,
    as_json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by `explaining`
) -> None:
    """Decide by held-out cases whether a candidate is better than the champion.

    Match with the wanted answers, chrF, edit similarity, constraints and a judge, with 95 %
    intervals; labels get accuracy, precision, recall, F1, AUROC and a confusion table. The verdict
    is better, not_worse or worse, and its reasons are printed with it.

    One metric decides: the judge's, else the share of right answers, else (answers in free words)
    chrF, else the first constraint. better: a gain with p below 0.05. worse: a loss with p below
    0.05, or above --margin. not_worse: anything else; it is conclusive only where the cases exclude
    a loss above --margin, which takes 200 cases and more when each is right or wrong.

    Example: finetune evaluate --candidate ft:base:team::1 --champion base --cases held-out.jsonl
    """
    from finetune.commands.evaluating import Labelling, Wanted, run

    if judge is not None and champion is None:
        raise typer.BadParameter("--judge needs a --champion to hold the candidate against")
    if candidate == champion:
        raise typer.BadParameter("--candidate and --champion are the same model")
    form = shared.Form(
        system, temperature, max_tokens, legacy_completion, separator, tuple(stop or ())
    )
    wanted = Wanted(
        candidate=candidate,
        champion=champion,
        form=form,
        constraints=tuple(constraint or ()),
        judge=judge,
        criteria=shared.text_or_file(criteria),
        labelling=Labelling(classification, classes, positive, plot),
        margin=margin,
        seed=seed,
        output=output,
    )
    looked = shared.looked_through(cases, form)

    async def work() -> int:
        async with shared.asking(
            data_dir, at_once=concurrency, per_minute=rate, fresh=fresh
        ) as asker:
            verdict = await run(asker, wanted, looked, Output(as_json))
        return int(fail_if_worse and verdict == "worse")

    finish(work)
