"""`finetune import FILE`, and `finetune import gitlab …` from other systems."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from finetune.commands import rows
from finetune.commands.gitlab import gitlab
from finetune.commands.options import Debug, Json
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
    file: Annotated[Path, typer.Argument(help='JSON Lines of {"messages": […]}.')],
    workspace: Annotated[
        str | None,
        typer.Option(help="Slack team id; absent: the only one in the store, else `local`."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Add chat rows as approved examples; twice is as good as once. `file` may be left out.

    Example: finetune import handbook.jsonl
    """

    async def work() -> int:
        async with session(load(Settings), Output(as_json), workspace) as opened:
            return await rows.bring_in(opened, file)

    with explained(debug=debug):
        finish(work)


importing.command("gitlab")(explaining(gitlab))
