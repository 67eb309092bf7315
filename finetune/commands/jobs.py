"""`finetune jobs …`: the provider's fine-tuning jobs, followed through any trouble."""

import typer

jobs = typer.Typer(
    help="The provider's fine-tuning jobs.\n\nExample: finetune jobs list", no_args_is_help=True
)
