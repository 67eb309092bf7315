"""The command `finetune merge`, registered by `finetune/cli.py`: an adapter and its base as one.

Raises InputError with one line for the user.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from finetune.errors import InputError
from finetune.trainer.cli import need_extra
from finetune.trainer.engine import EngineRefusal


def merge(
    folder: Annotated[
        Path, typer.Argument(help="A model of the engine peft: DATA_DIR/trainer/models/….")
    ],
    out: Annotated[Path, typer.Argument(help="Folder to make; what transformers and vLLM read.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,  # noqa: ARG001 - read by `explaining`
) -> None:
    """Write a fine-tuned model as one: the adapter added into its base model's weights.

    Example: finetune merge data/trainer/models/ftjob-3f9a merged
    """
    need_extra("peft")
    if out.exists():
        raise InputError(f"{out} is there already; name a folder that is not")
    from finetune.trainer.peft_engine.merge import merge as merged

    try:
        merged(folder, out)
    except EngineRefusal as error:
        raise InputError(str(error)) from None
    if as_json:
        typer.echo(json.dumps({"model": str(folder), "out": str(out)}))
    else:
        typer.echo(f"{out}: the merged model", err=True)
