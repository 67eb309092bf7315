"""`finetune prepare`: tables and JSON Lines → checked, repaired training examples."""

from pathlib import Path
from typing import Annotated

import typer


def prepare(
    inputs: Annotated[list[Path], typer.Argument(help="Tables, JSON Lines or text.")],
) -> None:
    """Turn tables of questions and answers into checked chat examples.

    Example: finetune prepare faq.xlsx -o faq.jsonl
    """
    raise NotImplementedError(inputs)
