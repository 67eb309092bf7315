"""`finetune`: train, runs, promote, rollback, cancel, import, export, trainer, pretrain.

Each command reads its options, opens a session and calls one function of `commands`. Exit codes:
0 done, 1 the input or a service said no (one line on stderr), 2 wrong usage.
"""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer

from finetune.commands import rows
from finetune.commands import runs as run_commands
from finetune.commands.follow import follow as follow_run
from finetune.commands.output import Output
from finetune.commands.session import Session, session
from finetune.errors import FinetuneError
from finetune.settings import Settings, load
from finetune.trainer.cli import pretrain, serve

P = ParamSpec("P")
app = typer.Typer(
    name="finetune",
    help="Curate examples, retrain a model on them, evaluate and promote it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Workspace = Annotated[
    str | None,
    typer.Option(help="Slack team id; absent: the only one in the store, else `local`."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.")]
RunId = Annotated[str | None, typer.Argument(help="Absent: the run under way.")]


@app.command()
def train(
    workspace: Workspace = None,
    follow: Annotated[
        bool, typer.Option(help="Watch the run until it ends; Ctrl-C leaves it going.")
    ] = True,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Retrain on the approved examples: snapshot, upload, train, evaluate, promote or ask.

    Example: finetune train --workspace T0123ABCD
    """
    _run(lambda s: run_commands.train(s, watch=follow), workspace, as_json=as_json, debug=debug)


@app.command()
def runs(
    run_id: Annotated[str | None, typer.Argument(help="Show this run in full.")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Watch it until it ends.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
    workspace: Workspace = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List retrainings, or show or follow one.

    Example: finetune runs --json
    """
    if follow and run_id is None:
        raise typer.BadParameter("--follow needs a RUN_ID")

    def work(opened: Session) -> Awaitable[int]:
        if run_id is None:
            return run_commands.listed(opened, limit)
        return follow_run(opened, run_id) if follow else run_commands.show(opened, run_id)

    _run(work, workspace, as_json=as_json, debug=debug)


@app.command()
def promote(
    run_id: RunId = None, workspace: Workspace = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Let the model of a waiting run answer.

    Example: finetune promote run-261121-3f9a2c41
    """
    _run(lambda s: run_commands.promote(s, run_id), workspace, as_json=as_json, debug=debug)


@app.command()
def rollback(workspace: Workspace = None, as_json: Json = False, debug: Debug = False) -> None:
    """Let the model before this one answer again.

    Example: finetune rollback
    """
    _run(run_commands.rollback, workspace, as_json=as_json, debug=debug)


@app.command()
def cancel(
    run_id: RunId = None, workspace: Workspace = None, as_json: Json = False, debug: Debug = False
) -> None:
    """Stop a run and the provider's job.

    Example: finetune cancel
    """
    _run(lambda s: run_commands.cancel(s, run_id), workspace, as_json=as_json, debug=debug)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help='JSON Lines of {"messages": […]}.')],
    workspace: Workspace = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Add chat rows as approved examples; twice is as good as once.

    Example: finetune import handbook.jsonl
    """
    _run(lambda s: rows.bring_in(s, file), workspace, as_json=as_json, debug=debug)


@app.command()
def export(
    output: Annotated[Path | None, typer.Option(help="File to write; absent: stdout.")] = None,
    workspace: Workspace = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write the approved examples as training rows.

    Example: finetune export > rows.jsonl
    """
    _run(lambda s: rows.take_out(s, output), workspace, as_json=as_json, debug=debug)


def _run(
    work: Callable[[Session], Awaitable[int]], workspace: str | None, *, as_json: bool, debug: bool
) -> None:
    async def in_session() -> int:
        if (task := asyncio.current_task()) is not None:  # end in order, as after a Ctrl-C
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        async with session(load(Settings), Output(as_json), workspace) as opened:
            return await work(opened)

    with _explained(debug=debug):
        code = asyncio.run(in_session())
    raise typer.Exit(code)


@contextmanager
def _explained(*, debug: bool) -> Iterator[None]:
    """One line on stderr and exit 1 instead of a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except asyncio.CancelledError:
        raise typer.Exit(143) from None
    except FinetuneError as error:
        if debug:
            raise
        print(f"finetune: {error}", file=sys.stderr)
        raise typer.Exit(1) from None


def _explaining(command: Callable[P, None]) -> Callable[P, None]:
    """A command that raises FinetuneError, with its options as they are."""

    @wraps(command)
    def explained(*args: P.args, **kwargs: P.kwargs) -> None:
        with _explained(debug=False):
            command(*args, **kwargs)

    return explained


app.command("trainer")(_explaining(serve))
app.command("pretrain")(_explaining(pretrain))


def main() -> None:
    """The console script."""
    app()
