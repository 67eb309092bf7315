"""Starts a job once: looked for before it is made, and again when the answer was lost.

Used by `finetune train FILE`, killed and started again as often as anybody likes, also in two
terminals at once. What was ordered is noted in the `ledger`; the provider's list tells of the rest.
"""

import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from finetune.errors import NotFound, ProviderError, ProviderUnavailable, RunRefused
from finetune.jobs.job import Job
from finetune.jobs.ledger import Ledger, Note
from finetune.jobs.order import Order, same_base
from finetune.jobs.provider import Started, TurnedAway, Unusable
from finetune.jobs.trouble import Backoff, nap

DAY = 86_400.0
LOOKS = 3  # for a job whose answer was lost
BETWEEN_LOOKS = 2.0  # seconds
TRIES = 5  # at a provider that is asked too much
LAG = 60.0  # seconds until a provider knows what it has made by its id
DOUBT = 120.0  # seconds in which a job may still turn up in the provider's list


@dataclass(frozen=True)
class Limits:
    """What providers allow an account."""

    per_model: int
    per_day: int


class Stored(NamedTuple):
    """Ids of the files that an order may have been made with: copies of the same content."""

    training: Collection[str]
    validation: Collection[str] = ()


@dataclass
class Starter:
    """Jobs of one account."""

    provider: Started
    limits: Limits
    ledger: Ledger
    sleep: Callable[[float], Awaitable[bool]] = nap
    clock: Callable[[], float] = time.time
    backoff: Backoff = field(default_factory=Backoff)

    @contextmanager
    def alone(self, order: Order, *, limited: bool) -> Iterator[None]:
        """Nobody else on this machine starts the same, or beyond the limits. Raises RunRefused."""
        with ExitStack() as held:
            same = "another terminal is starting this; when it has, this command finds its job"
            held.enter_context(self.ledger.alone(order.key, same))
            if limited:
                other = f"another terminal is starting a job on {order.model}; wait, or use --force"
                held.enter_context(self.ledger.alone(f"base {order.model}", other))
            yield

    async def find(self, order: Order, stored: Stored, tell: Callable[[str], None]) -> Job | None:
        """The job that this order made; one that was asked for just now is waited for."""
        note = self.ledger.note(order.key)
        if note is not None and note.job_id is not None:
            known = await self._noted(note, note.job_id)
            if known is not None:
                return known
        found = await self._listed(order, stored)
        if note is None or note.job_id is not None:
            return found
        if self._age(note) < DOUBT and (found is None or found.id == note.but):
            tell("This job was asked for just now; looking whether the provider has made it.")
        while self._age(note) < DOUBT and (found is None or found.id == note.but):
            await self.sleep(BETWEEN_LOOKS)
            found = await self._listed(order, stored)
        return found

    async def _noted(self, note: Note, job_id: str) -> Job | None:
        while True:
            try:
                return await self.provider.job(job_id)
            except NotFound:
                if self._age(note) > LAG:
                    return None
            await self.sleep(BETWEEN_LOOKS)

    def _age(self, note: Note) -> float:
        """Seconds; a clock that was set back makes a note old."""
        age = self.clock() - note.at
        return age if age >= 0 else DAY

    async def _listed(self, order: Order, stored: Stored) -> Job | None:
        """The newest job in the provider's list, unless it is known to be another order's."""
        others = {note.job_id for note in self.ledger.notes() if note.key != order.key}
        async for job in self.provider.jobs():
            if job.id not in others and order.made(job, stored.training, stored.validation):
                return job
        return None

    async def refuse_too_many(self, model: str) -> None:
        """Raises RunRefused when the provider would make the job wait or fail."""
        since = self.clock() - DAY
        running: list[str] = []
        today = {note.job_id for note in self.ledger.notes() if note.job_id and note.at >= since}
        async for job in self.provider.jobs():
            if same_base(job.model, model) and not job.ended:
                running.append(job.id)
            made = job.created_at or job.finished_at
            if made >= since if made else not job.ended:
                today.add(job.id)
        if len(running) >= self.limits.per_model:
            raise RunRefused(
                f"{running[0]} is under way on {model}; follow it: finetune jobs follow "
                f"{running[0]}; or start another with --force (JOBS_PER_MODEL={self.limits.per_model})"
            )
        if len(today) >= self.limits.per_day:
            raise RunRefused(
                f"{len(today)} jobs were made in the last 24 hours; wait, or start another with "
                f"--force (JOBS_PER_DAY={self.limits.per_day})"
            )

    async def create(
        self, order: Order, training_file: str, validation_file: str | None, *, but: str | None
    ) -> Job:
        """Sent once. `but`: id of a job of the same order that is known and not meant."""
        stored = Stored([training_file], [validation_file] if validation_file else ())
        body = order.body(training_file, validation_file)
        note = Note(key=order.key, account=self.ledger.account, at=self.clock(), but=but)
        failures = 0
        while True:
            self.ledger.keep(note.model_copy(update={"at": self.clock()}))
            try:
                job = await self._made(order, body, stored, but)
            except TurnedAway as error:
                self.ledger.forget(order.key)
                failures += 1
                if failures == TRIES:
                    raise
                await self.sleep(self.backoff.wait(failures, error))
            except ProviderUnavailable:
                raise  # it may have been made: the note stays
            except (ProviderError, NotFound):
                self.ledger.forget(order.key)
                raise
            else:
                self.ledger.keep(note.model_copy(update={"job_id": job.id}))
                return job

    async def _made(
        self, order: Order, body: dict[str, Any], stored: Stored, but: str | None
    ) -> Job:
        """By this request, whose answer may be lost."""
        try:
            return await self.provider.create(body)
        except (ProviderUnavailable, Unusable) as error:
            for _ in range(LOOKS):
                await self.sleep(BETWEEN_LOOKS)
                found = await self._listed(order, stored)
                if found is not None and found.id != but:
                    return found
            if isinstance(error, TurnedAway):
                raise
            raise ProviderUnavailable(
                f"{error}; perhaps the job was made: the same command looks for it first"
            ) from error
