"""Runs in Redis: compare-and-set by version, one active run, and a renewed hold while one works.

…:run:<run_id>       the run as JSON
…:runs               sorted set of run_ids by created_at
…:run-keys           hash  idempotency key → run_id
…:active-run         run_id of the run that has not ended
…:held-runs          set of the run_ids that wait aside for an admin
…:hold:<run_id>      token of whoever works on it now, with a time limit
"""

import asyncio
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError, WatchError

from finetune.adapters.redis.audit import write
from finetune.adapters.redis.connection import WORKSPACES, Keys, begin, text, translated
from finetune.audit import Action, Entry
from finetune.errors import FinetuneError, RunRefused, StoreUnavailable
from finetune.training.run import Glance, Run, RunState
from finetune.training.store import StaleRun

DAY = 86_400.0
HOLD_MS = 6_000  # a killed process blocks its run no longer than this
BEGINNING = 400  # bytes: run_id, state and version, which come first
_BEGINS = re.compile(r'\{"run_id":"[^"]*","state":"(\w+)","version":(\d+)[,}]')
_RENEW = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('pexpire',KEYS[1],ARGV[2]) end return 0"
_RELEASE = (
    "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0"
)


class RedisRunStore:
    """`RunStore` of one workspace."""

    def __init__(self, client: Redis, keys: Keys, hold_ms: int = HOLD_MS) -> None:
        self._client = client
        self._keys = keys
        self._hold_ms = hold_ms

    @translated()
    async def plan(self, run: Run, *, key: str, per_day: int) -> Run:
        """All conditions are watched; another planner makes this one look again."""
        await self._client.sadd(WORKSPACES, self._keys.team_id)
        while True:
            async with self._client.pipeline(transaction=True) as pipe:
                try:
                    return await self._try_plan(pipe, run, key, per_day)
                except WatchError:
                    continue

    async def _try_plan(self, pipe: Pipeline, run: Run, key: str, per_day: int) -> Run:
        known, active, runs = (self._keys(n) for n in ("run-keys", "active-run", "runs"))
        await pipe.watch(known, active, runs)
        busy = await pipe.get(active)
        lately = await pipe.zcount(runs, run.created_at - DAY, "+inf")
        # Read last: what stands in the way may be this very run, planned a moment ago.
        planned = await pipe.hget(known, key)
        if planned and (before := await self.get(text(planned))):
            return before
        if busy:
            raise RunRefused(
                f"run {text(busy)} has not ended; wait for it, decide on it or cancel it",
                "active",
                run=text(busy),
            )
        if lately >= per_day:
            raise RunRefused(
                f"{per_day} runs were started in the last 24 hours; that is the limit",
                "limit",
                limit=per_day,
            )
        begin(pipe)
        pipe.hset(known, key, run.run_id)
        pipe.set(active, run.run_id)
        pipe.zadd(runs, {run.run_id: run.created_at})
        pipe.set(self._keys("run", run.run_id), run.model_dump_json())
        write(pipe, self._keys, _planned(run))
        await pipe.execute()
        return run

    @translated()
    async def planned(self, key: str) -> Run | None:
        """By its idempotency key."""
        run_id = await self._client.hget(self._keys("run-keys"), key)
        return await self.get(text(run_id)) if run_id else None

    @translated()
    async def get(self, run_id: str) -> Run | None:
        """As last saved."""
        kept = await self._client.get(self._keys("run", run_id))
        return Run.model_validate_json(kept) if kept else None

    @translated()
    async def glance(self, run_id: str) -> Glance | None:
        """From its first bytes: the fields of a document stand in the order of the class."""
        begins = await self._client.getrange(self._keys("run", run_id), 0, BEGINNING - 1)
        found = _BEGINS.match(text(begins))
        return Glance(RunState(found[1]), int(found[2])) if found else None

    @translated()
    async def save(self, run: Run, told: Entry | None = None) -> Run:
        """Compare-and-set by version; a run that ended or is held makes room."""
        key, active = self._keys("run", run.run_id), self._keys("active-run")
        saved = run.model_copy(update={"version": run.version + 1})
        async with self._client.pipeline(transaction=True) as pipe:
            try:
                await pipe.watch(key, active)
                kept = await pipe.get(key)
                if kept is None or Run.model_validate_json(kept).version != run.version:
                    raise StaleRun(run.run_id)
                mine = await pipe.get(active) == run.run_id
                begin(pipe)
                pipe.set(key, saved.model_dump_json())
                if (saved.ended or saved.held) and mine:
                    pipe.delete(active)
                if saved.held:
                    pipe.sadd(self._keys("held-runs"), run.run_id)
                elif saved.held_by is not None:
                    pipe.srem(self._keys("held-runs"), run.run_id)
                if told is not None:
                    write(pipe, self._keys, told)
                await pipe.execute()
            except WatchError:
                raise StaleRun(run.run_id) from None
        return saved

    @translated()
    async def listed(self, limit: int) -> list[Run]:
        """Newest first."""
        if limit <= 0:
            return []
        ids = await self._client.zrevrange(self._keys("runs"), 0, limit - 1)
        found = [await self.get(text(run_id)) for run_id in ids]
        return [run for run in found if run is not None]

    @translated()
    async def active(self) -> Run | None:
        """At most one."""
        run_id = await self._client.get(self._keys("active-run"))
        return await self.get(text(run_id)) if run_id else None

    @translated()
    async def held(self) -> list[Run]:
        """The oldest first."""
        ids = await self._client.smembers(self._keys("held-runs"))
        found = [await self.get(text(run_id)) for run_id in ids]
        return sorted((run for run in found if run is not None), key=lambda run: run.created_at)

    @asynccontextmanager
    async def hold(self, run_id: str) -> AsyncIterator[bool]:
        """A lock with a token and a time limit, renewed in the background."""
        key, token = self._keys("hold", run_id), uuid.uuid4().hex
        async with translated():
            held = bool(await self._client.set(key, token, nx=True, px=self._hold_ms))
        if not held:
            yield False
            return
        worker = asyncio.current_task()
        lost, over = asyncio.Event(), asyncio.Event()
        renewal = asyncio.create_task(self._renew(key, token, worker, lost, over))
        try:
            yield True
        except asyncio.CancelledError:
            if lost.is_set() and worker is not None and worker.uncancel() == 0:
                raise StoreUnavailable(f"lost the hold on run {run_id}; try again") from None
            raise
        finally:
            over.set()  # no cancelling: Python 3.11 may lose that within a call to Redis
            with suppress(RedisError, OSError):  # it ends by itself
                await self._client.eval(_RELEASE, 1, key, token)
            await asyncio.wait([renewal])

    async def _renew(
        self,
        key: str,
        token: str,
        worker: asyncio.Task[object] | None,
        lost: asyncio.Event,
        over: asyncio.Event,
    ) -> None:
        """Stop the worker when the hold is gone, before somebody else repeats its step."""
        with suppress(RedisError, OSError, FinetuneError):
            while not await _set_within(over, self._hold_ms / 3000):
                if not await self._client.eval(_RENEW, 1, key, token, str(self._hold_ms)):
                    break
        if over.is_set():
            return
        lost.set()
        if worker is not None:
            worker.cancel()


def _planned(run: Run) -> Entry:
    detail = {"trigger": run.trigger, "base_model": run.base_model, "method": run.method.value}
    return Entry(
        at=run.created_at,
        by=run.requested_by,
        action=Action.RUN_PLANNED,
        about=run.run_id,
        detail=detail,
    )


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
    return event.is_set()
