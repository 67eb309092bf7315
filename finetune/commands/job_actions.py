"""What the commands about jobs do: choose the job, ask the provider, print."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from finetune.commands import job_following, job_results
from finetune.commands.job_views import checkpoint_table, document, full, line, plain, table
from finetune.commands.output import Output
from finetune.errors import InputError, NotFound
from finetune.files import refuse_existing, written
from finetune.jobs.job import Event, Job
from finetune.jobs.paging import fresh
from finetune.jobs.timeline import oldest_first
from finetune.settings import Settings, load

if TYPE_CHECKING:
    from finetune.bootstrap import Account

JOB = "ftjob-"


@dataclass(frozen=True)
class Wanted:
    """Of a job's results: files to write, and how many first and last rows to print."""

    plot: Path | None
    csv: Path | None
    rows: int


async def listed(account: "Account", output: Output, limit: int) -> int:
    """The newest jobs."""
    found: list[Job] = []
    async for job in account.jobs.jobs():
        found.append(job)
        if len(found) == limit:
            break
    if output.as_json:
        output.result({"jobs": [document(job) for job in found]})
    elif found:
        output.result(None, *table(found))
    else:
        output.result(None, "There are no jobs. Start one: finetune train FILE")
    return 0


async def show(account: "Account", output: Output, job_id: str | None) -> int:
    """One job in full."""
    job = await _chosen(account, job_id)
    output.result(document(job), *full(job))
    return 0


async def events(account: "Account", output: Output, job_id: str | None, limit: int | None) -> int:
    """All events, or the newest ones."""
    job = await _chosen(account, job_id)
    found: list[Event] = []
    async for page in fresh(partial(account.jobs.events, job.id)):
        found += page
        if limit is not None and len(found) >= limit and not oldest_first(found):
            break
    newest_first = found[::-1] if oldest_first(found) else found
    shown = newest_first[:limit][::-1]
    output.result(
        {"job": job.id, "events": [event.model_dump(mode="json") for event in shown]},
        *map(line, shown),
    )
    return 0


async def watch(account: "Account", output: Output, job_id: str | None) -> int:
    """To its end. A job that is named is followed even if the provider is away just now."""
    if job_id is None:
        job_id = (await _chosen(account, None)).id
    return await job_following.follow(account.watched, job_id, output, load(Settings).poll_seconds)


async def cancel(account: "Account", output: Output, job_id: str | None) -> int:
    """An ended job stays as it is."""
    job = await account.jobs.cancel((await _chosen(account, job_id, _under_way)).id)
    return _changed(output, job)


async def pause(account: "Account", output: Output, job_id: str | None) -> int:
    """A paused job of some providers is `queued`."""
    job = await account.jobs.pause((await _chosen(account, job_id, _under_way)).id)
    return _changed(output, job, f"; to go on: finetune jobs resume {job.id}")


async def resume(account: "Account", output: Output, job_id: str | None) -> int:
    """From its last checkpoint."""
    job = await account.jobs.resume((await _chosen(account, job_id, _under_way)).id)
    return _changed(output, job, f"; to watch it: finetune jobs follow {job.id}")


async def checkpoints(account: "Account", output: Output, job_id: str | None) -> int:
    """Newest first."""
    job = await _chosen(account, job_id)
    found = await account.jobs.checkpoints(job.id)
    if output.as_json:
        listed = [checkpoint.model_dump(mode="json") for checkpoint in found]
        output.result({"job": job.id, "checkpoints": listed})
    elif found:
        output.result(None, *checkpoint_table(found))
    else:
        output.result(None, f"{job.id} has no checkpoints.")
    return 0


async def results(account: "Account", output: Output, job_id: str | None, wanted: Wanted) -> int:
    """The table, the curves, and the files that are wanted."""
    from finetune.jobs.results import decoded

    paths = [path for path in (wanted.plot, wanted.csv) if path is not None]
    refuse_existing(paths)
    if len({path.absolute() for path in paths}) < len(paths):
        raise InputError("--plot and --output are the same file; choose two names")
    job = await _chosen(account, job_id, lambda job: bool(job.result_files))
    if not job.result_files:
        raise NotFound(f"{job.id} has no result file: it is {job.status}")
    found = decoded(await account.jobs.content(job.result_files[0]))
    if wanted.csv is not None:
        with written(wanted.csv) as file:
            file.write(found.text.encode())
    if wanted.plot is not None:
        from finetune.jobs.plot import save

        await asyncio.to_thread(save, found, wanted.plot, plain(job.fine_tuned_model or job.id))
    job_results.present(output, job, found, wanted.rows)
    for path in (wanted.plot, wanted.csv):
        if path is not None:
            output.remark(f"wrote {path}")
    return 0


async def model_of(account: "Account", model: str) -> str:
    """Its name; `model` may be the job that made it."""
    if not model.startswith(JOB):
        return model
    job = await account.jobs.job(model)
    if not job.fine_tuned_model:
        raise NotFound(f"{model} has made no model: it is {job.status}")
    return job.fine_tuned_model


async def delete_model(account: "Account", output: Output, model: str) -> int:
    """For good."""
    await account.jobs.delete_model(model)
    output.result({"model": model, "deleted": True}, f"{plain(model)} is deleted")
    return 0


async def _chosen(
    account: "Account", job_id: str | None, wanted: Callable[[Job], bool] | None = None
) -> Job:
    """The named job; else the newest that is wanted, if only one is when it can be changed."""
    if job_id is not None:
        return await account.jobs.job(job_id)
    found: list[Job] = []
    async for job in account.jobs.jobs():
        if wanted is None or wanted(job):
            found.append(job)
        if len(found) == (2 if wanted is _under_way else 1):
            break
    if not found:
        missing = "no job is under way" if wanted is _under_way else "there is no such job yet"
        raise NotFound(f"{missing}; see: finetune jobs list")
    if wanted is _under_way and len(found) > 1:
        raise InputError(f"several jobs are under way; name one: {found[0].id}, {found[1].id}, …")
    return found[0]


def _under_way(job: Job) -> bool:
    return not job.ended


def _changed(output: Output, job: Job, then: str = "") -> int:
    output.result(document(job), plain(f"{job.id} is {job.status}{'' if job.ended else then}"))
    return 0
