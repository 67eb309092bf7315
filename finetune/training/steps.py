"""The single steps of a run. Each makes at most one remote effect, and looks for it first.

    planned ─ snapshot ─▶ uploading ─ files, then the job ─▶ training ─ events ─▶ evaluating
    evaluating ─ answers, then the gate ─▶ promoted | awaiting_approval | rejected

A step returns the next state of the run, or the same object when there is nothing to do. It never
saves: killed before the save, it finds its own effect when it is taken again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from finetune.dataset.dataset import Dataset
from finetune.dataset.snapshot import Snapshot, Snapshots
from finetune.errors import FinetuneError, ProviderUnavailable, StoreUnavailable
from finetune.evaluation.cases import Case, choose
from finetune.evaluation.evaluate import Evaluator
from finetune.evaluation.report import Verdict
from finetune.evaluation.voices import attributed
from finetune.promotion import decide
from finetune.registry import Registry
from finetune.training.backend import FAILED, SUCCEEDED, FineTuning, Job
from finetune.training.method import LEAST_PAIRS, Method
from finetune.training.run import JobEvent, Run, RunState
from finetune.training.spec import TrainingSpec

if TYPE_CHECKING:
    from finetune.dataset.freezing import Freezing

FIRST_EVENTS, LAST_EVENTS = 100, 900  # what a very long job keeps: its beginning and its end
SERVED_WITHIN = 900.0  # seconds that a provider may take to serve a model after its job


class Steps:
    """What happens next to a run."""

    def __init__(
        self,
        *,
        dataset: Dataset,
        snapshots: Snapshots,
        backend: FineTuning,
        evaluator: Evaluator,
        registry: Registry,
        chat_model: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._dataset = dataset
        self._snapshots = snapshots
        self._backend = backend
        self._evaluator = evaluator
        self._registry = registry
        self._chat_model = chat_model
        self._clock = clock
        self._chosen: tuple[Snapshot, tuple[Case, ...]] | None = None  # until the report

    async def take(self, run: Run) -> Run:
        """One step. What cannot be mended by waiting ends the run as failed, with its reason."""
        if run.ended:
            return run
        if await self._answers_already(run):
            return self._to(run, RunState.PROMOTED)
        step = self._cancel if run.cancelled_by else self._step(run.state)
        try:
            return await step(run)
        except (ProviderUnavailable, StoreUnavailable):
            raise
        except FinetuneError as error:
            if await self._answers_already(run):
                return self._to(run, RunState.PROMOTED)
            return self._fail(run, str(error))

    async def _answers_already(self, run: Run) -> bool:
        """Promoted by a predecessor that was killed or overtaken before it could say so."""
        if run.candidate is None:
            return False
        return any(version.run_id == run.run_id for version in await self._registry.history())

    def _step(self, state: RunState) -> Callable[[Run], Awaitable[Run]]:
        return {
            RunState.PLANNED: self._snapshot,
            RunState.UPLOADING: self._upload,
            RunState.TRAINING: self._follow,
            RunState.EVALUATING: self._evaluate,
            RunState.AWAITING_APPROVAL: self._await_decision,
        }[state]

    async def _snapshot(self, run: Run) -> Run:
        version = await self._dataset.version()
        with await asyncio.to_thread(self._snapshots.freezing, run.base_model) as freezing:
            await freezing.add_all(self._dataset.taught())
            taken = await freezing.taken()
            if not await self._current(version, freezing):
                # What was erased while the files were written must not stay in them.
                await asyncio.to_thread(freezing.undo)
                return run
        if not taken.train:
            return self._fail(run, "there is no approved example to train on")
        if run.method is Method.DPO and taken.pairs < LEAST_PAIRS:
            return self._fail(run, too_few_pairs(taken.pairs))
        dpo = run.method is Method.DPO  # all but pairs is not trained on
        return self._to(
            run,
            RunState.UPLOADING,
            snapshot_id=taken.snapshot_id,
            examples=taken.pairs if dpo else taken.train + taken.validation,
            corrections=taken.pairs if dpo else taken.corrections,
            tokens=taken.pair_tokens if dpo else taken.tokens,
        )

    async def _current(self, version: str, freezing: "Freezing") -> bool:
        """Whether the dataset still teaches all that was taken of that version of it."""
        if await self._dataset.version() == version:
            return True
        return await freezing.still(self._dataset.taught())

    async def _upload(self, run: Run) -> Run:
        """One file a step, then the job. What was erased from the dataset is not trained on."""
        if (reason := self._snapshots.stale(run.snapshot_id or "")) is not None:
            return self._fail(run, f"the snapshot {run.snapshot_id} is stale: {reason}")
        dpo = run.method is Method.DPO
        if run.training_file is None:
            side = "preference" if dpo else "train"
            return self._same(run, training_file=await self._file(run, side))
        validation = self._path(run, "validation")  # corrections are all on the train side
        if run.validation_file is None and validation.exists() and not dpo:
            return self._same(run, validation_file=await self._file(run, "validation"))
        spec = _spec(run, run.training_file)
        job = await self._backend.find_job(spec) or await self._backend.create_job(spec)
        return self._to(run, RunState.TRAINING, job_id=job.job_id, job_status=job.status)

    async def _file(self, run: Run, side: str) -> str:
        path, name = self._path(run, side), f"apprentice-{run.snapshot_id}-{side}.jsonl"
        if side == "preference":
            await asyncio.to_thread(self._snapshots.write_pairs, run.snapshot_id or "", path.name)
        if not path.exists():
            self._snapshots.load(run.snapshot_id or "")  # says where it should be
        found = await self._backend.find_file(name, path.stat().st_size)
        return found or await self._backend.upload(name, path)

    def _path(self, run: Run, side: str) -> Path:
        return self._snapshots.path(run.snapshot_id or "", f"{side}.jsonl")

    async def _follow(self, run: Run) -> Run:
        """The job first, then its events: an ended job has all of them."""
        job = await self._backend.job(run.job_id or "")
        new = await self._backend.events(job.job_id, {event.event_id for event in run.events})
        if not new and job.status == run.job_status and job.status not in {SUCCEEDED, *FAILED}:
            return run
        seen = self._same(
            run,
            job_status=job.status,
            estimated_finish=job.estimated_finish,
            events=_kept((*run.events, *new)),
        )
        if job.status in FAILED:
            return self._fail(seen, _why(job))
        if job.status == SUCCEEDED and job.fine_tuned_model:
            return self._to(seen, RunState.EVALUATING, candidate=job.fine_tuned_model)
        return seen

    async def _evaluate(self, run: Run) -> Run:
        """Ask until all is answered; then decide; then promote, if that is what was decided."""
        champion = await self._registry.champion() or self._chat_model
        candidate = run.candidate or ""
        if run.promoting and run.champion == champion:
            await self._registry.promote(candidate, run_id=run.run_id, by=run.requested_by)
            return self._to(run, RunState.PROMOTED)
        if self._chosen is None or self._chosen[0].snapshot_id != run.snapshot_id:
            snapshot = await asyncio.to_thread(self._snapshots.load, run.snapshot_id or "")
            self._chosen = snapshot, choose(snapshot)
        snapshot, cases = self._chosen
        fresh = self._clock() - run.stages[-1][1] < SERVED_WITHIN
        progress = await self._evaluator.step(cases, champion, candidate, fresh=fresh)
        asked = self._same(
            run, champion=champion, asked=progress.asked, to_ask=progress.to_ask, decision=None
        )
        if progress.report is None:
            return asked
        self._chosen = None
        report = attributed(progress.report, snapshot, await self._dataset.approved())
        decision = decide(report)
        decided = asked.model_copy(update={"report": report, "decision": decision})
        if decision.verdict is Verdict.REJECT:
            return self._to(decided, RunState.REJECTED)
        if decision.verdict is Verdict.PROMOTE and run.promotion == "auto":
            return decided  # the next step promotes
        return self._to(decided, RunState.AWAITING_APPROVAL)

    async def _await_decision(self, run: Run) -> Run:
        """Nothing, until an admin's yes is there to be carried out."""
        if run.decided_by is None:
            return run
        await self._registry.promote(run.candidate or "", run_id=run.run_id, by=run.decided_by)
        return self._to(run, RunState.PROMOTED)

    async def _cancel(self, run: Run) -> Run:
        """Also finds a job that was created just before its creator was killed."""
        job_id = run.job_id
        if job_id is None and run.training_file is not None:
            found = await self._backend.find_job(_spec(run, run.training_file))
            job_id = found.job_id if found else None
        if job_id is not None and run.state in {RunState.UPLOADING, RunState.TRAINING}:
            await self._backend.cancel_job(job_id)
        return self._to(run, RunState.CANCELLED, job_id=job_id)

    def _fail(self, run: Run, reason: str) -> Run:
        return self._to(run, RunState.FAILED, error=" ".join(reason.split()))

    def _to(self, run: Run, state: RunState, **update: object) -> Run:
        return moved(run, state, self._clock(), **update)

    def _same(self, run: Run, **update: object) -> Run:
        return run.model_copy(update={**update, "updated_at": self._clock()})


def moved(run: Run, state: RunState, now: float, **update: object) -> Run:
    """The run in its next state, which is noted in its stages."""
    stages = (*run.stages, (state, now))
    return run.model_copy(update={**update, "state": state, "stages": stages, "updated_at": now})


def _spec(run: Run, training_file: str) -> TrainingSpec:
    return TrainingSpec(
        run_id=run.run_id,
        model=run.base_model,
        training_file=training_file,
        validation_file=run.validation_file,
        not_before=run.created_at,
        method=run.method,
    )


def too_few_pairs(pairs: int) -> str:
    """Why there is no training by preference."""
    return (
        f"{pairs} corrections hold both answers; training by preference (dpo) needs {LEAST_PAIRS}, "
        "because fewer make a model worse"
    )


def _why(job: Job) -> str:
    return f"the provider's job {job.job_id} {job.status}" + (f": {job.error}" if job.error else "")


def _kept(events: tuple[JobEvent, ...]) -> tuple[JobEvent, ...]:
    if len(events) <= FIRST_EVENTS + LAST_EVENTS:
        return events
    return events[:FIRST_EVENTS] + events[-LAST_EVENTS:]
