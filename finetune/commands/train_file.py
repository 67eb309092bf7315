"""`finetune train FILE`: one job on one file, without any database. Started once, then followed.

Killed at any point and started again with the same file and settings, it goes on where it was.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from finetune.commands import job_following
from finetune.commands.confirming import confirmed
from finetune.commands.job_views import document, moment, plain
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
TABLES = frozenset({".csv", ".tsv", ".xlsx", ".parquet"})


def train(file: Path, options: Options, output: Output, *, watch: bool) -> None:
    """Check, upload, create, follow. Raises typer.Exit."""
    options.refuse_senseless()
    settings, order = load(Settings), order_of(options)
    training = read(file, options, output)
    held_out = read(options.validation, options, output) if options.validation else None
    if held_out is not None and held_out.sha256 == training.sha256:
        output.remark("The validation file is the training file: its loss will say nothing.")
    order = order.model_copy(
        update={
            "training": training.sha256,
            "validation": held_out.sha256 if held_out else None,
            "model": options.model or settings.base_model,
        }
    )

    async def work() -> int:
        from finetune.bootstrap import account  # brings the SDK

        async with account(settings) as opened:
            job, made = await started(opened, order, (training, held_out), options, output)
            if job.ended:
                return job_following.ended(job, output)
            if watch:
                return await job_following.follow(
                    opened.watched, job.id, output, settings.poll_seconds, just_made=made
                )
            then = f"finetune jobs follow {job.id}"
            output.result(
                {**document(job), "next_commands": [then]},
                plain(f"{job.id} is {job.status}. To watch it: {then}"),
            )
            return 0

    finish(work)


def read(path: Path, options: Options, output: Output) -> "Content":
    """Its hashes, once it is known to be usable. Raises InputError."""
    from finetune.jobs.content import measured, refuse_unusable

    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file of training rows (JSON Lines)")
    if not path.is_file():
        raise InputError(f"cannot read {path}: there is no such file")
    if path.suffix.casefold() in TABLES:
        raise InputError(
            f"{path} is a table, and training takes JSON Lines: finetune prepare {path} -o "
            f"{path.with_suffix('.jsonl')}"
        )
    with bar(output, f"Checking {path.name}", 2 * path.stat().st_size, in_bytes=True) as advance:
        rows = refuse_unusable(path, options.method or "supervised", advance)
        content = measured(path, advance)
    if rows < FEW and path != options.validation:
        output.remark(f"{path} has {rows} rows; OpenAI wants at least {FEW}, and advises 50.")
        _confirm("Start all the same?", options)
    return content


def order_of(options: Options) -> "Order":
    """Without its files yet. Raises BadParameter."""
    from finetune.jobs.order import Order

    return Order(
        training="",
        model="",
        method=options.method or "supervised",
        hyperparameters=options.hyperparameters,
        suffix=options.suffix,
        seed=options.seed,
        metadata=options.labels,
        extra=options.extra,
    )


async def started(
    account: "Account",
    order: "Order",
    files: "tuple[Content, Content | None]",
    options: Options,
    output: Output,
) -> "tuple[Job, bool]":
    """The job that exists for this order, or a new one; and whether it is new."""
    from finetune.jobs.starting import Stored

    starter = account.starter
    with starter.alone(order, limited=not options.force):
        found = [await account.uploader.find(file) if file else [] for file in files]
        stored = Stored(*([file.id for file in copies] for copies in found))
        known = await starter.find(order, stored, output.remark)
        if known is not None and not options.again:
            output.remark(
                plain(
                    f"{known.id} exists for this file and these settings: {known.status}, made "
                    f"{moment(known.created_at)}. Another one: --again"
                )
            )
            return known, False
        if not options.force:
            await starter.refuse_too_many(order.model)
        ids = [
            (await _uploaded(account, file, copies, output)).id if file else None
            for file, copies in zip(files, found, strict=True)
        ]
        with _said_on_ctrl_c(
            "Stopped while the job was being made. The same command finds it.", output
        ):
            job = await starter.create(order, str(ids[0]), ids[1], but=known.id if known else None)
    output.remark(plain(f"{job.id} trains {job.model or order.model} on {files[0].path}"))
    return job, True


async def _uploaded(
    account: "Account", content: "Content", copies: "list[StoredFile]", output: Output
) -> "StoredFile":
    """The file at the provider, from an earlier time or from now."""
    title = f"Uploading {content.path.name}"
    with (
        _said_on_ctrl_c("Not uploaded. The same command goes on with what is missing.", output),
        bar(output, title, content.size, in_bytes=True) as advance,
    ):
        file = copies[0] if copies else await account.uploader.upload(content, advance)
    waiting = f"{plain(file.name)} is uploaded. The same command goes on from here."
    with _said_on_ctrl_c(waiting, output):
        return await account.uploader.usable(file, output.remark)


@contextmanager
def _said_on_ctrl_c(line: str, output: Output) -> Iterator[None]:
    try:
        yield
    except asyncio.CancelledError:
        output.remark(line)
        raise


def _confirm(question: str, options: Options) -> None:
    """Ask a person; scripts and `--yes` go on."""
    if options.yes or not sys.stdin.isatty():
        return
    if not confirmed(question, default=True):
        raise InputError("nothing was started")
