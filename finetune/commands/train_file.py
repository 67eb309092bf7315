"""`finetune train FILE`: one job on one file, without any database. Started once, then followed.

Killed at any point and started again with the same file and settings, it goes on where it was.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import typer

from finetune.commands import job_following
from finetune.commands.job_views import document, moment
from finetune.commands.output import Output
from finetune.commands.progress import bar
from finetune.commands.running import finish
from finetune.errors import InputError
from finetune.settings import Settings, load

if TYPE_CHECKING:
    from finetune.bootstrap import Account
    from finetune.jobs.content import Content
    from finetune.jobs.job import Job, StoredFile
    from finetune.jobs.order import Order

FEW = 10  # rows; OpenAI refuses fewer


class Options(NamedTuple):
    """What concerns a FILE only; None, empty or False: not given."""

    model: str | None = None
    validation: Path | None = None
    method: Literal["supervised", "dpo"] | None = None
    suffix: str | None = None
    seed: int | None = None
    epochs: int | None = None
    batch_size: int | None = None
    learning_rate_multiplier: float | None = None
    beta: float | None = None
    metadata: tuple[str, ...] = ()
    extra_body: str | None = None
    force: bool = False
    again: bool = False
    yes: bool = False

    def refuse_without_file(self) -> None:
        """Wrong usage, for the workspace's run takes none of this."""
        for name, value in self._asdict().items():
            if value not in (None, (), False):
                raise typer.BadParameter(f"--{name.replace('_', '-')} needs a FILE to train on")

    @property
    def hyperparameters(self) -> dict[str, int | float]:
        """In the provider's words."""
        named = {
            "n_epochs": self.epochs,
            "batch_size": self.batch_size,
            "learning_rate_multiplier": self.learning_rate_multiplier,
            "beta": self.beta,
        }
        return {name: value for name, value in named.items() if value is not None}

    @property
    def labels(self) -> dict[str, str]:
        """The metadata. Raises BadParameter."""
        pairs = dict(label.partition("=")[::2] for label in self.metadata)
        if not all("=" in label and label[0] != "=" for label in self.metadata):
            raise typer.BadParameter("--metadata takes NAME=VALUE")
        if len(pairs) > 15 or any(len(k) > 64 or len(v) > 512 for k, v in pairs.items()):
            raise typer.BadParameter(
                "--metadata: at most 15 names of 64 characters with values of 512"
            )
        return pairs

    @property
    def extra(self) -> dict[str, Any]:
        """What is merged into the request. Raises BadParameter."""
        try:
            found = json.loads(self.extra_body or "{}")
        except ValueError as error:
            raise typer.BadParameter(f"--extra-body is no JSON: {error}") from None
        if not isinstance(found, dict):
            raise typer.BadParameter("--extra-body takes a JSON object")
        return found


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
