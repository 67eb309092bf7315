"""`finetune`: train, runs, promote, rollback, cancel, audit, import, export, trainer, pretrain, merge.

Each command reads its options, opens a session and calls one function of `commands`. Exit codes:
0 done, 1 the input or a service said no (one line on stderr), 2 wrong usage.
"""

import gc
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from finetune.commands import rows, train_file
from finetune.commands import runs as run_commands
from finetune.commands.ask import ask
from finetune.commands.audit import audit as audit_log
from finetune.commands.check import check
from finetune.commands.compare import compare
from finetune.commands.distill import distill
from finetune.commands.evaluate import evaluate
from finetune.commands.follow import follow as follow_run
from finetune.commands.importing import importing
from finetune.commands.jobs import jobs
from finetune.commands.options import Debug, Json, Yes
from finetune.commands.output import Output
from finetune.commands.prepare import prepare
from finetune.commands.running import explained, explaining, finish
from finetune.commands.session import Session, session
from finetune.commands.train_options import Options
from finetune.settings import Settings, load
from finetune.trainer.cli import pretrain, serve
from finetune.trainer.merge_command import merge

RARELY = 50_000  # objects between two looks of the garbage collector; most of them are modules
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
RunId = Annotated[str | None, typer.Argument(help="Absent: the run under way.")]


@app.command()
def train(
    file: Annotated[
        Path | None,
        typer.Argument(help="Training rows (JSON Lines); absent: the workspace's examples."),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="Base model; absent: BASE_MODEL.", show_default=False)
    ] = None,
    validation: Annotated[
        Path | None, typer.Option(help="Held-out rows.", show_default=False)
    ] = None,
    method: Annotated[
        Literal["supervised", "dpo"] | None,
        typer.Option(help="How to train; absent: supervised.", show_default=False),
    ] = None,
    suffix: Annotated[
        str | None, typer.Option(help="Part of the new model's name.", show_default=False)
    ] = None,
    seed: Annotated[int | None, typer.Option(help="For a job that can be repeated.")] = None,
    epochs: Annotated[
        int | None, typer.Option(min=1, help="Absent: the provider's choice.")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(min=1, help="Rows in a step.")] = None,
    learning_rate_multiplier: Annotated[
        float | None, typer.Option(min=0, help="Of the provider's own rate.")
    ] = None,
    beta: Annotated[
        float | None, typer.Option(min=0, help="With --method dpo: how near to the base to stay.")
    ] = None,
    metadata: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE kept with the job; may be repeated.")
    ] = None,
    extra_body: Annotated[
        str | None,
        typer.Option(
            metavar="JSON",
            help="Merged into the request, for what one provider only knows: "
            "'{\"trainingType\": 1}' (Azure), "
            '\'{"hyperparameters": {"learning_rate": 1e-5}}\' (Nebius).',
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Start beyond JOBS_PER_MODEL and JOBS_PER_DAY.")
    ] = False,
    again: Annotated[
        bool,
        typer.Option(
            "--again", help="Another job for the same file and settings, each time it is run."
        ),
    ] = False,
    yes: Yes = False,
    workspace: Workspace = None,
    follow: Annotated[
        bool, typer.Option(help="Watch until it ends; Ctrl-C leaves it going.")
    ] = True,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Retrain on the approved examples (snapshot, train, evaluate, promote), or train on a FILE.

    With a FILE, the job is started once however often the command is: run it again to go on.

    Example: finetune train --workspace T0123ABCD

    Example: finetune train train.jsonl --validation validation.jsonl --suffix faq --epochs 3
    """
    labels = tuple(metadata or ())
    options = Options(
        *(model, validation, method, suffix, seed, epochs, batch_size, learning_rate_multiplier),
        *(beta, labels, extra_body, force, again, yes),
    )
    if file is None:
        options.refuse_without_file()
        _run(lambda s: run_commands.train(s, watch=follow), workspace, as_json=as_json, debug=debug)
        return
    if workspace is not None:
        raise typer.BadParameter("--workspace and a FILE do not go together")
    with explained(debug=debug):
        train_file.train(file, options, Output(as_json), watch=follow)


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


@app.command()
def audit(
    limit: Annotated[int, typer.Option(min=1, help="How many to list.")] = 20,
    by: Annotated[str, typer.Option(help="Only what this person did.", show_default=False)] = "",
    about: Annotated[
        str, typer.Option(help="Only what is about this example or run.", show_default=False)
    ] = "",
    workspace: Workspace = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List who decided what about examples, runs and models, newest first.

    Example: finetune audit --about run-261121-3f9a2c41
    """
    _run(lambda s: audit_log(s, limit, by, about), workspace, as_json=as_json, debug=debug)


@app.command()
def export(
    output: Annotated[Path | None, typer.Option(help="File to write; absent: stdout.")] = None,
    kind: Annotated[
        Literal["chat", "dpo", "csv", "parquet", "huggingface"],
        typer.Option("--format", help="Training rows, pairs, a table, or a .zip with a card."),
    ] = "chat",
    status: Annotated[
        Literal["approved", "pending", "rejected", "any"], typer.Option(help="Which examples.")
    ] = "approved",
    text: Annotated[str, typer.Option(help="Only examples in which these words occur.")] = "",
    source: Annotated[
        Literal["thumbs_up", "correction", "import", "distill"] | None,
        typer.Option(help="Only examples that came in this way.", show_default=False),
    ] = None,
    workspace: Workspace = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write the approved examples as training rows, or others in another format.

    Example: finetune export > rows.jsonl

    Example: finetune export --format huggingface --output dataset.zip
    """
    chosen = rows.Chosen(kind, status, text, source)
    _run(lambda s: rows.take_out(s, output, chosen), workspace, as_json=as_json, debug=debug)


def _run(
    work: Callable[[Session], Awaitable[int]], workspace: str | None, *, as_json: bool, debug: bool
) -> None:
    async def in_session() -> int:
        async with session(load(Settings), Output(as_json), workspace) as opened:
            return await work(opened)

    with explained(debug=debug):
        finish(in_session)


for alone in (prepare, check, compare, evaluate, distill, ask):
    app.command()(explaining(alone))
app.add_typer(jobs, name="jobs")
app.add_typer(importing, name="import")
app.command("trainer")(explaining(serve))
app.command("pretrain")(explaining(pretrain))
app.command("merge")(explaining(merge))


def main() -> None:
    """The console script."""
    gc.freeze()
    # Garbage in cycles waits until there are so many: megabytes. What trains or serves goes back to
    # Python's own thresholds (trainer/importing.py).
    gc.set_threshold(RARELY, 20, 20)
    try:
        app()
    finally:
        gc.freeze()  # at the end everything would be walked over once more
