"""`finetune check`: what is wrong with a training file, and what training on it costs."""

from pathlib import Path
from typing import Annotated

import typer


def check(file: Annotated[Path, typer.Argument(help="Training rows as JSON Lines.")]) -> None:
    """Find every error of a training file; count its tokens, epochs and price.

    Example: finetune check faq.jsonl --model gpt-4.1-mini-2025-04-14
    """
    raise NotImplementedError(file)
