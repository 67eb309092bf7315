"""Runs of one workspace: plan, advance, decide, list. The state machine's outer side.

Called by the bot's `/retrain`, its schedule and its durable tasks, and by `finetune train`; the
single steps are in `steps.py`, runs live in a `RunStore`. Any process may advance any run: a hold
lets one in at a time, and a version check refuses whoever was overtaken.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from finetune.audit import Action, Entry
from finetune.dataset.dataset import Dataset
from finetune.dataset.example import Status
from finetune.dataset.format import is_pair
from finetune.dataset.snapshot import Snapshots
from finetune.dataset.splitting import split
from finetune.errors import NotFound, RunRefused
from finetune.registry import Registry
from finetune.training.method import LEAST_PAIRS, Method
from finetune.training.preview import Preview, Situation, preview, too_few
from finetune.training.rehearsal import Rehearsal, rehearse
from finetune.training.run import Glance, Run, RunState
from finetune.training.steps import Steps, moved, too_few_pairs
from finetune.training.store import RunStore, StaleRun

DAY = 86_400.0
RECENT = 50
PLENTY = 2_000  # approved examples
GOES_LIVE_ONCE = (
    "run {} went live before, and another model answers now; a run goes live once: start a new one"
)
ALREADY_PROMOTED = "run {} is promoted already; to go back to the model before it, use rollback"


class Policy(NamedTuple):
    """What the settings say about runs."""

    base_model: str
    chat_model: str
    promotion: str
    min_examples: int
    max_per_day: int


class Runs:
    """One workspace's retrainings."""

    def __init__(
        self,
        *,
        store: RunStore,
        dataset: Dataset,
        snapshots: Snapshots,
        registry: Registry,
        steps: Steps,
        policy: Policy,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._dataset = dataset
        self._snapshots = snapshots
        self._registry = registry
        self._steps = steps
        self._policy = policy
        self._clock = clock

    @property
    def base_model(self) -> str:
        """BASE_MODEL: what is fine-tuned unless another one is named."""
        return self._policy.base_model

    async def rehearse(
        self, base_model: str = "", method: Method = Method.SUPERVISED
    ) -> Rehearsal | None:
        """Check the file that a run would send now; None while there is nothing to send."""
        examples = await self._dataset.approved()
        model = base_model or self._policy.base_model
        return await asyncio.to_thread(rehearse, examples, model, method)

    async def planned(self, key: str) -> Run | None:
        """The run that was planned with this key."""
        return await self._store.planned(key)

    async def preview(self) -> Preview:
        """What a run would train on now, and why it would be refused."""
        recent = await self._store.listed(max(RECENT, self._policy.max_per_day))
        since = self._clock() - DAY
        waiting = await self._dataset.pending(limit=PLENTY)
        situation = Situation(
            examples=tuple(await self._dataset.approved()),
            counts=await self._dataset.counts(),
            trained=self._trained(recent),
            active=await self._store.active(),
            started_today=sum(1 for run in recent if run.created_at >= since),
            min_examples=self._policy.min_examples,
            max_per_day=self._policy.max_per_day,
            base_model=self._policy.base_model,
            champion=await self._registry.champion() or self._policy.chat_model,
            promotion=self._policy.promotion,
            flagged=sum(1 for example in waiting if example.flags),
        )
        return await asyncio.to_thread(preview, situation)

    async def plan(
        self,
        *,
        key: str,
        requested_by: str,
        trigger: str,
        base_model: str = "",
        method: Method = Method.SUPERVISED,
    ) -> Run:
        """A new run, or the one that was planned with this key before. RunRefused says why not.

        `base_model`: instead of BASE_MODEL.
        """
        now = self._clock()
        run = Run(
            run_id=f"run-{time.strftime('%y%m%d', time.gmtime(now))}-{secrets.token_hex(4)}",
            trigger=trigger,
            requested_by=requested_by,
            created_at=now,
            updated_at=now,
            base_model=base_model or self._policy.base_model,
            method=method,
            promotion=self._policy.promotion,
            stages=((RunState.PLANNED, now),),
        )
        known = await self._store.planned(key)
        if known is not None:
            return known
        if method is Method.DPO or not await self._plenty():
            await self._refuse_too_few(method)
        return await self._store.plan(run, key=key, per_day=self._policy.max_per_day)

    async def _plenty(self) -> bool:
        """So many examples that none need be read: about a tenth of them is held out."""
        approved = (await self._dataset.counts()).get(Status.APPROVED, 0)
        return approved >= max(PLENTY, 10 * self._policy.min_examples)

    async def _refuse_too_few(self, method: Method) -> None:
        train, held_out = await asyncio.to_thread(split, await self._dataset.approved())
        if shortage := too_few(len(train), len(held_out), self._policy.min_examples):
            raise RunRefused(
                shortage,
                "few",
                rows=len(train),
                held_out=len(held_out),
                wanted=self._policy.min_examples,
            )
        if method is Method.DPO:
            pairs = sum(1 for example in train if is_pair(example.messages, example.rejected))
            if pairs < LEAST_PAIRS:
                raise RunRefused(too_few_pairs(pairs))

    async def advance(self, run_id: str) -> Run:
        """Take the next step, once. Unchanged when it has ended, waits, or is being worked on.

        ProviderUnavailable and StoreUnavailable: nothing was lost, call again later.
        """
        async with self._store.hold(run_id) as held:
            run = await self.get(run_id)
            if not held:
                return run
            try:
                after = await self._steps.take(run)
                return run if after is run else await self._store.save(after)
            except StaleRun:
                return await self.get(run_id)

    async def cancel(self, run_id: str, by: str, *, wait: bool = True) -> Run:
        """Stop it, and its remote job with it.

        Of all three decisions: without `wait` only the intent is saved; `advance` carries it out.
        """

        def asked(run: Run) -> Run:
            if run.promoting or run.state is RunState.PROMOTED:
                raise RunRefused(ALREADY_PROMOTED.format(run_id), "promoted", run=run_id)
            if run.ended and run.state is not RunState.CANCELLED:
                raise RunRefused(
                    f"run {run_id} has already ended ({run.state.value})", "ended", run=run_id
                )
            return run if run.cancelled_by else self._changed(run, cancelled_by=by)

        return await self._intend(run_id, asked, Action.RUN_CANCELLED, by, wait=wait)

    async def promote(self, run_id: str, by: str, *, wait: bool = True) -> Run:
        """An admin's yes to a run that waits. RunRefused where it went live and does no more."""
        known = await self.get(run_id)
        if known.state is RunState.PROMOTED and known.candidate != await self._registry.champion():
            raise RunRefused(GOES_LIVE_ONCE.format(run_id), "once", run=run_id)

        def agreed(run: Run) -> Run:
            if run.promoting or run.state is RunState.PROMOTED:
                return run
            self._must_wait(run)
            return self._changed(run, decided_by=by)

        return await self._intend(run_id, agreed, Action.RUN_PROMOTED, by, wait=wait)

    async def hold(self, run_id: str, by: str) -> Run:
        """An admin's "not now": the run keeps waiting, and makes room for the next one."""

        def set_aside(run: Run) -> Run:
            self._must_wait(run)
            return run if run.held else self._changed(run, held_by=by)

        return await self._intend(run_id, set_aside, Action.RUN_HELD, by, wait=False)

    async def held(self) -> Sequence[Run]:
        """Runs that wait aside, the oldest first."""
        return await self._store.held()

    async def decline(self, run_id: str, by: str, *, wait: bool = True) -> Run:
        """An admin's no."""

        def refused(run: Run) -> Run:
            if run.state is RunState.REJECTED:
                return run
            if run.promoting or run.state is RunState.PROMOTED:
                raise RunRefused(ALREADY_PROMOTED.format(run_id), "promoted", run=run_id)
            self._must_wait(run)
            return moved(run, RunState.REJECTED, self._clock(), decided_by=by)

        return await self._intend(run_id, refused, Action.RUN_DECLINED, by, wait=wait)

    async def get(self, run_id: str) -> Run:
        """The run as last saved. NotFound."""
        run = await self._store.get(run_id)
        if run is None:
            raise NotFound(f"no run {run_id} in this workspace")
        return run

    async def glance(self, run_id: str) -> Glance:
        """Its state and version, for whoever watches it. NotFound."""
        found = await self._store.glance(run_id)
        if found is None:
            raise NotFound(f"no run {run_id} in this workspace")
        return found

    async def active(self) -> Run | None:
        """The run that has not ended and is not held (it may wait for an admin)."""
        return await self._store.active()

    async def unfinished(self) -> Sequence[Run]:
        """Runs to look after: the active one, and those that are held."""
        run = await self._store.active()
        held = await self._store.held()
        return held if run is None else [run, *held]

    async def _intend(
        self,
        run_id: str,
        change: Callable[[Run], Run],
        action: Action,
        by: str,
        *,
        wait: bool,
    ) -> Run:
        """Save a person's decision first, then carry it out; a sweep finishes what is cut off."""
        while True:
            run = await self.get(run_id)
            after = change(run)
            if after is run:
                break
            told = Entry(at=after.updated_at, by=by, action=action, about=run_id)
            try:
                run = await self._store.save(after, told)
            except StaleRun:
                continue
            break
        return await self.advance(run_id) if wait else run

    def _must_wait(self, run: Run) -> None:
        if not run.waiting:
            raise RunRefused(
                f"run {run.run_id} does not wait for a decision ({run.state.value})",
                "decided",
                run=run.run_id,
            )

    def _changed(self, run: Run, **update: object) -> Run:
        return run.model_copy(update={**update, "updated_at": self._clock()})

    def _trained(self, recent: Sequence[Run]) -> frozenset[str]:
        """Content keys of the newest snapshot that was trained on.

        Training by preference takes its pairs alone: the snapshot before counts beside them.
        """
        keys: set[str] = set()
        for run in recent:
            if run.candidate and run.snapshot_id:
                try:
                    snapshot = self._snapshots.load(run.snapshot_id)
                except NotFound:
                    continue
                if run.method is Method.DPO:
                    keys |= {row.content_key for row in snapshot.pairs}
                    continue
                keys |= {row.content_key for row in (*snapshot.train, *snapshot.validation)}
                break
        return frozenset(keys)

    async def list(self, limit: int = 20) -> list[Run]:
        """Newest first."""
        return await self._store.listed(limit)
