"""`finetune import FILE`, and `finetune import gitlab …` from other systems."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from finetune.commands import rows
from finetune.commands.gitlab import gitlab
from finetune.commands.options import Debug, Json, Yes
from finetune.commands.output import Output
from finetune.commands.running import explained, explaining, finish
from finetune.commands.session import session
from finetune.settings import Settings, load


class _FileByDefault(TyperGroup):
    """What names no source is a file."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands:
            args = ["file", *args]
        return super().resolve_command(ctx, args)


importing = typer.Typer(
    cls=_FileByDefault,
    help="Bring in examples: from a file, or from another system.\n\n"
    "Example: finetune import handbook.jsonl",
    context_settings={"ignore_unknown_options": True},
)


@importing.command("file")
def import_file(
    file: Annotated[
        Path, typer.Argument(help='JSON Lines of {"messages": […]}, or a table: CSV, TSV, XLSX.')
    ],
    yes: Yes = False,
    only: Annotated[
        str | None, typer.Option(metavar="CODE,…", help="Of a table: only these remedies.")
    ] = None,
    skip: Annotated[
        str | None, typer.Option(metavar="CODE,…", help="Of a table: all remedies but these.")
    ] = None,
    workspace: Annotated[
        str | None,
        typer.Option(help="Slack team id; absent: the only one in the store, else `local`."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Add rows as approved examples; twice is as good as once. `file` may be left out.

    A table is prepared first, as `finetune prepare` does it.

    Example: finetune import handbook.jsonl

    Example: finetune import faq.xlsx --yes
    """
    from finetune.commands.prepare_choices import Unsplit, chosen

    said = Output(as_json)
    choices = Unsplit(chosen(said, yes=yes, only=only, skip=skip, asks=sys.stdin.isatty()))

    async def work() -> int:
        async with session(load(Settings), said, workspace) as opened:
            return await rows.bring_in_file(opened, file, choices)

    with explained(debug=debug):
        finish(work)


importing.command("gitlab")(explaining(gitlab))
