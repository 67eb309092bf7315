"""`finetune jobs …`: the provider's fine-tuning jobs, followed through any trouble.

Every command takes the job's id, or means the newest job that it makes sense for.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from finetune.commands import job_actions as actions
from finetune.commands.confirming import confirmed
from finetune.commands.options import Debug, Json, Yes
from finetune.commands.output import Output
from finetune.commands.running import explained, finish
from finetune.errors import InputError
from finetune.settings import Settings, load

if TYPE_CHECKING:
    from finetune.bootstrap import Account

T = TypeVar("T")
JobId = Annotated[str | None, typer.Argument(help="Absent: the newest.", show_default=False)]
RunningId = Annotated[
    str | None, typer.Argument(help="Absent: the one under way.", show_default=False)
]

jobs = typer.Typer(
    help="The provider's fine-tuning jobs.\n\nExample: finetune jobs list", no_args_is_help=True
)


@jobs.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List the jobs, newest first.

    Example: finetune jobs list --limit 5
    """
    _run(lambda account, output: actions.listed(account, output, limit), as_json, debug=debug)


@jobs.command()
def show(job_id: JobId = None, as_json: Json = False, debug: Debug = False) -> None:
    """Show all about a job.

    Example: finetune jobs show ftjob-3f9a2c41
    """
    _run(lambda account, output: actions.show(account, output, job_id), as_json, debug=debug)


@jobs.command()
def events(
    job_id: JobId = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only the newest so many.", show_default=False)
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Print what a job has said so far, oldest first.

    Example: finetune jobs events ftjob-3f9a2c41 --limit 20
    """
    _run(
        lambda account, output: actions.events(account, output, job_id, limit),
        as_json,
        debug=debug,
    )


@jobs.command()
def follow(job_id: JobId = None, as_json: Json = False, debug: Debug = False) -> None:
    """Watch a job until it ends, over any interruption; Ctrl-C leaves the job going.

    Example: finetune jobs follow ftjob-3f9a2c41
    """
    _run(lambda account, output: actions.watch(account, output, job_id), as_json, debug=debug)


@jobs.command()
def cancel(job_id: RunningId = None, as_json: Json = False, debug: Debug = False) -> None:
    """Stop a job for good.

    Example: finetune jobs cancel ftjob-3f9a2c41
    """
    _run(lambda account, output: actions.cancel(account, output, job_id), as_json, debug=debug)


@jobs.command()
def pause(job_id: RunningId = None, as_json: Json = False, debug: Debug = False) -> None:
    """Hold a job back; not every provider can.

    Example: finetune jobs pause ftjob-3f9a2c41
    """
    _run(lambda account, output: actions.pause(account, output, job_id), as_json, debug=debug)


@jobs.command()
def resume(job_id: RunningId = None, as_json: Json = False, debug: Debug = False) -> None:
    """Let a paused job go on.

    Example: finetune jobs resume ftjob-3f9a2c41
    """
    _run(lambda account, output: actions.resume(account, output, job_id), as_json, debug=debug)


@jobs.command()
def checkpoints(job_id: JobId = None, as_json: Json = False, debug: Debug = False) -> None:
    """List the states of a job's model that can be asked.

    Example: finetune jobs checkpoints ftjob-3f9a2c41
    """
    _run(
        lambda account, output: actions.checkpoints(account, output, job_id),
        as_json,
        debug=debug,
    )


@jobs.command()
def results(
    job_id: JobId = None,
    plot: Annotated[
        Path | None, typer.Option(help="Draw loss and accuracy to this PNG.", show_default=False)
    ] = None,
    output_file: Annotated[
        Path | None, typer.Option("--output", "-o", help="Save the CSV.", show_default=False)
    ] = None,
    rows: Annotated[int, typer.Option(min=1, help="First and last rows to print.")] = 5,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Print a job's results as a table and curves; save them.

    Example: finetune jobs results ftjob-3f9a2c41 --plot curves.png -o results.csv
    """
    wanted = actions.Wanted(plot=plot, csv=output_file, rows=rows)
    _run(
        lambda account, output: actions.results(account, output, job_id, wanted),
        as_json,
        debug=debug,
    )


@jobs.command("delete-model")
def delete_model(
    model: Annotated[str, typer.Argument(help="A fine-tuned model, or the job that made it.")],
    yes: Yes = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Delete a fine-tuned model for good; asks first.

    Example: finetune jobs delete-model ft:base:team::1 --yes
    """
    with explained(debug=debug):
        named = asyncio.run(_with_account(lambda account: actions.model_of(account, model)))
        if not yes:
            if not sys.stdin.isatty():
                raise InputError(f"deleting {named} has to be confirmed: add --yes")
            if not confirmed(f"Delete {named} for good?", default=False):
                raise InputError(f"{named} was not deleted")
        _run(
            lambda account, output: actions.delete_model(account, output, named),
            as_json,
            debug=debug,
        )


def _run(
    work: Callable[["Account", Output], Awaitable[int]], as_json: bool, *, debug: bool
) -> None:
    with explained(debug=debug):
        finish(lambda: _with_account(lambda account: work(account, Output(as_json))))


async def _with_account(work: Callable[["Account"], Awaitable[T]]) -> T:
    from finetune.bootstrap import account  # brings the SDK, which `--help` can do without

    async with account(load(Settings)) as opened:
        return await work(opened)
