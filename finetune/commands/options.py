"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Say yes to every question.")]
Concurrency = Annotated[int, typer.Option(min=1, help="Requests under way at once.")]
Rate = Annotated[
    float | None, typer.Option(min=0.01, help="Requests started in a minute, at most.")
]
DataDir = Annotated[Path | None, typer.Option(help="Overrides DATA_DIR.", show_default=False)]
