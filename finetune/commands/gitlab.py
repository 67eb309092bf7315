"""`finetune import gitlab`: closed tickets and the merge requests that fixed them, as chat rows."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from finetune.commands.options import Debug, Json


def gitlab(
    project: Annotated[str, typer.Option(help="The project: group/name, or its number.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="File to write.")],
    url: Annotated[
        str | None, typer.Option(help="The GitLab to read; absent: GITLAB_URL, else gitlab.com.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File with an access token; absent: GITLAB_TOKEN.")
    ] = None,
    labels: Annotated[
        list[str] | None, typer.Option(help="Only tickets with this label; several: with all.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only tickets changed on that day or later."),
    ] = None,
    code: Annotated[bool, typer.Option(help="With the code before and after the fix.")] = True,
    most_characters: Annotated[
        int, typer.Option(min=1, help="The most code, before or after, that a row holds.")
    ] = 24_000,
    system: Annotated[
        str | None, typer.Option(help="A system prompt for each row: a file, or the text itself.")
    ] = None,
    validation: Annotated[
        float, typer.Option(min=0, max=0.9, help="Share of the tickets held out for validation.")
    ] = 0.0,
    metadata: Annotated[
        Literal["row", "file"],
        typer.Option(help="Number, title and URL: in the row, or in a file beside it."),
    ] = "row",
    confidential: Annotated[
        bool, typer.Option("--confidential", help="Confidential tickets too.")
    ] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="Merged drafts too.")] = False,
    as_json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by `explaining`
) -> None:
    """Make a chat example of each closed ticket and its fix. Secrets are taken out.

    Each ticket that is done is kept in OUTPUT.part: the same command again goes on from there.

    Example: finetune import gitlab --project group/shop --labels bug --since 2025-01-01 -o tickets.jsonl
    """
    from finetune.commands.from_gitlab import Import, work
    from finetune.commands.output import Output

    wanted = Import(
        project=project,
        output=output,
        url=url,
        token_file=token_file,
        labels=tuple(labels or ()),
        since=since.date() if since else None,
        with_code=code,
        most_characters=most_characters,
        system=system,
        validation=validation,
        metadata=metadata,
        confidential=confidential,
        drafts=drafts,
    )
    work(wanted, Output(as_json))
