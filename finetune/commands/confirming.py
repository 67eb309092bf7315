"""A question to a person before something that cannot be taken back, or makes little sense.

Asked outside of any event loop, so that Ctrl-C ends it at once.
"""

import typer


def confirmed(question: str, *, default: bool) -> bool:
    """What the person says. Raises typer.Exit(130) on Ctrl-C."""
    try:
        return typer.confirm(question, default=default, err=True)
    except typer.Abort:
        typer.echo(err=True)
        raise typer.Exit(130) from None
