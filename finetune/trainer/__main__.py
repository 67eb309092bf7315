"""The trainer alone: `python -m finetune.trainer trainer|pretrain`, the same two commands."""

import gc
import sys

import typer

from finetune.errors import FinetuneError
from finetune.trainer.cli import pretrain, serve

app = typer.Typer(
    help="Train and serve small models in OpenAI's wire format.", add_completion=False
)
app.command("trainer")(serve)
app.command("pretrain")(pretrain)


def main() -> None:
    """Exit 0 done, 1 refused with one line on stderr, 2 wrong usage."""
    try:
        app()
    except FinetuneError as error:
        typer.echo(f"error: {error}", err=True)
        sys.exit(1)
    finally:
        gc.freeze()  # at the end everything would be walked over once more


if __name__ == "__main__":
    main()
