"""`finetune train FILE`: one job on one file, without any database. Started once, then followed.

Killed at any point and started again with the same file and settings, it goes on where it was.
"""

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from finetune.commands import job_following
from finetune.commands.job_views import document, moment
from finetune.commands.output import Output
from finetune.commands.progress import bar
from finetune.commands.running import finish
from finetune.commands.train_options import Options
from finetune.errors import InputError
from finetune.settings import Settings, load

if TYPE_CHECKING:
    from finetune.bootstrap import Account
    from finetune.jobs.content import Content
    from finetune.jobs.job import Job, StoredFile
    from finetune.jobs.order import Order

FEW = 10  # rows; OpenAI refuses fewer


def train(file: Path, options: Options, output: Output, *, watch: bool) -> None:
    """Check, upload, create, follow. Raises typer.Exit."""
    if options.beta is not None and options.method != "dpo":
        raise typer.BadParameter("--beta belongs to --method dpo")
    settings, labels, extra = load(Settings), options.labels, options.extra
    training = _read(file, options, output)
    held_out = _read(options.validation, options, output) if options.validation else None
    if held_out is not None and held_out.sha256 == training.sha256:
        output.remark("The validation file is the training file: its loss will say nothing.")
    order = _order(training, held_out, options, settings, labels, extra)

    async def work() -> int:
        from finetune.bootstrap import account  # brings the SDK

        async with account(settings) as opened:
            job = await _job(opened, order, (training, held_out), options, output)
            if job.ended:
                return job_following.ended(job, output)
            if watch:
                return await job_following.follow(
                    opened.watched, job.id, output, settings.poll_seconds
                )
            then = f"finetune jobs follow {job.id}"
            output.result(
                {**document(job), "next_commands": [then]},
                f"{job.id} is {job.status}. To watch it: {then}",
            )
            return 0

    finish(work)


def _read(path: Path, options: Options, output: Output) -> "Content":
    """Its hashes, once it is known to be usable. Raises InputError."""
    from finetune.jobs.content import measured, refuse_unusable

    if not path.is_file():
        raise InputError(f"cannot read {path}: there is no such file")
    with bar(output, f"Checking {path.name}", 2 * path.stat().st_size, in_bytes=True) as advance:
        rows = refuse_unusable(path, options.method or "supervised", advance)
        content = measured(path, advance)
    if rows < FEW and path != options.validation:
        output.remark(f"{path} has {rows} rows; OpenAI wants at least {FEW}, and advises 50.")
        _confirm("Start all the same?", options)
    return content


def _order(
    training: "Content",
    held_out: "Content | None",
    options: Options,
    settings: Settings,
    labels: dict[str, str],
    extra: dict[str, Any],
) -> "Order":
    from finetune.jobs.order import Order

    return Order(
        training=training.sha256,
        validation=held_out.sha256 if held_out else None,
        model=options.model or settings.base_model,
        method=options.method or "supervised",
        hyperparameters=options.hyperparameters,
        suffix=options.suffix,
        seed=options.seed,
        metadata=labels,
        extra=extra,
    )


async def _job(
    account: "Account",
    order: "Order",
    files: "tuple[Content, Content | None]",
    options: Options,
    output: Output,
) -> "Job":
    """The job that exists for this order, or a new one."""
    starter = account.starter
    known = await starter.find(order, await account.uploader.find(files[0]))
    if known is not None and not options.again:
        output.remark(
            f"{known.id} exists for this file and these settings: {known.status}, made "
            f"{moment(known.created_at)}. Another one: --again"
        )
        return known
    if not options.force:
        await starter.refuse_too_many(order.model)
    training = await _uploaded(account, files[0], output)
    validation = await _uploaded(account, files[1], output) if files[1] else None
    job = await starter.create(
        order,
        training.id,
        validation.id if validation else None,
        but=known.id if known else None,
    )
    output.remark(f"{job.id} trains {job.model or order.model} on {files[0].path}")
    return job


async def _uploaded(account: "Account", content: "Content", output: Output) -> "StoredFile":
    title = f"Uploading {content.path.name}"
    try:
        with bar(output, title, content.size, in_bytes=True) as advance:
            return await account.uploader.upload(content, advance)
    except asyncio.CancelledError:
        output.remark("Not uploaded. The same command goes on with what is missing.")
        raise


def _confirm(question: str, options: Options) -> None:
    """Ask a person; scripts and `--yes` go on."""
    if options.yes or not sys.stdin.isatty():
        return
    if not typer.confirm(question, default=True, err=True):
        raise InputError("nothing was started")
