"""Starts a job once: looked for before it is made, and again when the answer was lost.

Used by `finetune train FILE`, killed and started again as often as anybody likes.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from finetune.errors import ProviderUnavailable, RunRefused
from finetune.jobs.job import Job
from finetune.jobs.order import Order
from finetune.jobs.provider import Started
from finetune.jobs.trouble import nap

DAY = 86_400.0
LOOKS = 3  # for a job whose answer was lost
BETWEEN_LOOKS = 2.0  # seconds


@dataclass(frozen=True)
class Limits:
    """What providers allow an account."""

    per_model: int
    per_day: int


@dataclass
class Starter:
    """Jobs of one account."""

    provider: Started
    limits: Limits
    sleep: Callable[[float], Awaitable[bool]] = nap
    clock: Callable[[], float] = time.time

    async def find(self, order: Order, training_file: str | None) -> Job | None:
        """The newest job that this order made."""
        async for job in self.provider.jobs():
            if order.made(job, training_file):
                return job
        return None

    async def refuse_too_many(self, model: str) -> None:
        """Raises RunRefused when the provider would make the job wait or fail."""
        running, today = [], 0
        since = self.clock() - DAY
        async for job in self.provider.jobs():
            if job.model == model and not job.ended:
                running.append(job.id)
            today += job.created_at >= since
        if len(running) >= self.limits.per_model:
            raise RunRefused(
                f"{running[0]} is under way on {model}; follow it: finetune jobs follow "
                f"{running[0]}; or start another with --force (JOBS_PER_MODEL={self.limits.per_model})"
            )
        if today >= self.limits.per_day:
            raise RunRefused(
                f"{today} jobs were made in the last 24 hours; wait, or start another with --force "
                f"(JOBS_PER_DAY={self.limits.per_day})"
            )

    async def create(
        self, order: Order, training_file: str, validation_file: str | None, *, but: str | None
    ) -> Job:
        """Sent once. `but`: id of a job of the same order that is known and not meant."""
        try:
            return await self.provider.create(order.body(training_file, validation_file))
        except ProviderUnavailable:
            for _ in range(LOOKS):
                await self.sleep(BETWEEN_LOOKS)
                found = await self.find(order, training_file)
                if found is not None and found.id != but:
                    return found
            raise
