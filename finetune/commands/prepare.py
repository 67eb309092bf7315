"""`finetune prepare`: tables, JSON and text → checked, repaired training examples in new files.

Reads only its options here; the work is `finetune.prepare`, the wording for people `prepare_views`.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from finetune.commands.options import Debug, Json, Yes
from finetune.commands.output import Output


def prepare(
    inputs: Annotated[
        list[Path], typer.Argument(help="CSV, TSV, XLSX, JSON, JSONL, Parquet or text files.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="New file; absent: IN.prepared.jsonl beside IN."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Base model to train; its token limit counts.")
    ] = None,
    columns: Annotated[
        str | None, typer.Option(metavar="PROMPT,COMPLETION", help="Names of the two columns.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook; absent: the first.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Such as cp932; absent: found out and said.")
    ] = None,
    system: Annotated[
        str | None, typer.Option(metavar="TEXT|FILE", help="System message before every pair.")
    ] = None,
    legacy_completion: Annotated[
        bool, typer.Option("--legacy-completion", help="Prompt/completion rows for a base model.")
    ] = False,
    validation: Annotated[
        float | None,
        typer.Option(
            "--validation",
            "--split",
            min=0.0001,
            max=0.9999,
            help="Share of prompts to hold back; absent: 0.2, where a split is worth it.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Chooses the prompts that are held back.")] = 0,
    yes: Yes = False,
    only: Annotated[
        str | None, typer.Option(metavar="CODE,…", help="Apply these remedies and no others.")
    ] = None,
    skip: Annotated[
        str | None, typer.Option(metavar="CODE,…", help="Apply all remedies but these.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by `explaining`
) -> None:
    """Turn tables of questions and answers into checked chat examples.

    Example: finetune prepare faq.xlsx -o faq.jsonl
    """
    if system is not None and legacy_completion:
        raise typer.BadParameter("--system is for chat rows; --legacy-completion has none")
    from finetune.commands.prepare_choices import chosen
    from finetune.commands.prepare_views import document, summary, usual_model
    from finetune.commands.progress import bar
    from finetune.files import refuse_existing
    from finetune.prepare import preparing
    from finetune.prepare.inputs import InputOptions, open_inputs
    from finetune.prepare.writing import outputs_of

    if output is not None and output.name in {"", ".."}:
        raise typer.BadParameter("-o takes the name of a new file: -o faq.jsonl")
    said = Output(as_json)
    choices = chosen(said, yes=yes, only=only, skip=skip, asks=sys.stdin.isatty())
    outputs = outputs_of(output or inputs[0].with_name(f"{inputs[0].stem}.prepared.jsonl"))
    refuse_existing([outputs.all, *([] if validation is None else outputs[1:])])
    found = open_inputs(inputs, InputOptions(_pair(columns), sheet, encoding))
    options = preparing.Options(
        outputs=outputs,
        model=model or usual_model(legacy=legacy_completion),
        legacy=legacy_completion,
        system=_text(system),
        fraction=validation or 0.2,
        seed=seed,
        split=validation is not None,
    )
    with bar(said, "reading", found.size) as advance:
        prepared = preparing.prepare(found, options, choices, advance)
    said.result(document(prepared, options), *summary(found, prepared, options))


def _pair(columns: str | None) -> tuple[str, str] | None:
    if columns is None:
        return None
    prompt, comma, completion = columns.partition(",")
    if not comma or not prompt.strip() or not completion.strip():
        raise typer.BadParameter("--columns takes two names: --columns question,answer")
    return prompt.strip(), completion.strip()


def _text(given: str | None) -> str | None:
    """The text itself, or what the file of that name holds."""
    from finetune.errors import InputError
    from finetune.files import unreadable

    if given is None:
        return None
    try:
        if not ("\n" in given or len(given) > 255) and Path(given).is_file():
            given = Path(given).read_text("utf-8-sig").strip()
    except OSError as error:
        raise unreadable(Path(given), error) from None
    except (UnicodeDecodeError, ValueError):
        raise InputError(f"the system message in {given} is not UTF-8 text") from None
    if not given.strip():
        raise InputError("the system message is empty; leave --system out instead")
    return given
