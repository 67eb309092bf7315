"""Follows a job to its end, through any trouble, and tells each event once and in order.

Used by `finetune jobs follow` and `finetune train FILE`. Each request is repeated by itself until
it is answered, so that a connection that is cut again and again still gets on.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from finetune.errors import NotFound, ProviderUnavailable
from finetune.jobs.job import Event, Job
from finetune.jobs.paging import Page, fresh
from finetune.jobs.provider import Unusable, Watched
from finetune.jobs.timeline import Timeline, oldest_first
from finetune.jobs.trouble import Backoff, nap

T = TypeVar("T")
SETTLING = 2.0  # seconds after which an event is told: one that belongs before it has come by then
LAST_LOOKS = 5  # at an ended job, whose last events may still be on their way
WORTH_SAYING = 2.0  # seconds; shorter trouble is over before anybody has read of it
UNUSABLE = 5  # answers in a row that nobody can make out


@dataclass(frozen=True)
class Lost:
    """The provider does not answer. Told once, until it does."""

    reason: str


@dataclass(frozen=True)
class Back:
    """It answers again, after so many seconds."""

    seconds: float


News = Event | Job | Lost | Back  # a job is told when anything about it has changed


@dataclass
class Following:
    """One job. `poll`: seconds between two looks; `tell` gets the news as they come.

    `unknown_for`: seconds in which a provider may not know a job yet that it has just made.
    """

    provider: Watched
    job_id: str
    tell: Callable[[News], None]
    poll: float = 15.0
    unknown_for: float = 0.0
    sleep: Callable[[float], Awaitable[bool]] = nap
    clock: Callable[[], float] = time.monotonic
    _timeline: Timeline = field(default_factory=Timeline)
    _failing_since: float | None = None
    _failures: int = 0
    _said: bool = False
    _found: bool = False

    async def to_the_end(self) -> Job:
        """The job once it has ended. Raises ProviderError when the provider refuses for good."""
        before: Job | None = None
        while True:
            job = await self._answered(partial(self.provider.job, self.job_id))
            await self._look(whole=job.ended)
            if job != before:
                self.tell(job)
            if job.ended:
                await self._last_looks()
                return job
            before = job
            await self.sleep(self._settling if self._timeline.waiting else self.poll)

    @property
    def _settling(self) -> float:
        return min(self.poll, SETTLING)

    async def _last_looks(self) -> None:
        """Until a look finds nothing new; then whatever is left is told."""
        for _ in range(LAST_LOOKS):
            known = self._timeline.count
            await self.sleep(self._settling)
            await self._look(whole=True)
            if self._timeline.count == known:
                break
        self._tell_settled(float("inf"))

    async def _look(self, *, whole: bool) -> None:
        """Read back to where all is known, or to the very first event when `whole`."""
        found: list[Event] = []
        async for page in fresh(self._page):
            found += page
            if not whole and not oldest_first(page) and all(e.id in self._timeline for e in page):
                break
        now = self.clock()
        self._timeline.add(found if oldest_first(found) else found[::-1], now)
        self._tell_settled(now - self._settling)

    async def _page(self, after: str | None) -> Page[Event]:
        """A provider that has the job, but knows no events, has none."""
        try:
            return await self._answered(partial(self.provider.events, self.job_id, after))
        except NotFound:
            return Page([])

    def _tell_settled(self, found_before: float) -> None:
        for event in self._timeline.settled(found_before):
            self.tell(event)

    async def _answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer."""
        backoff = Backoff(first=min(1.0, self.poll))
        began, unusable = self.clock(), 0
        while True:
            try:
                answer = await ask()
            except ProviderUnavailable as error:
                await self._wait(backoff, error)
            except Unusable as error:
                unusable += 1
                if unusable == UNUSABLE:
                    raise
                await self._wait(backoff, ProviderUnavailable(str(error)))
            except NotFound as error:
                if self._found or self.clock() - began >= self.unknown_for:
                    raise
                await self._wait(backoff, ProviderUnavailable(str(error)))
            else:
                self._found = True
                self._recovered()
                return answer

    async def _wait(self, backoff: Backoff, error: ProviderUnavailable) -> None:
        self._failures += 1
        if self._failing_since is None:
            self._failing_since = self.clock()
        wait = backoff.wait(self._failures, error)
        if not self._said and (self._failures > 1 or wait > WORTH_SAYING):
            self._said = True
            self.tell(Lost(str(error)))
        if await self.sleep(wait):
            self._failures = 0  # the machine was asleep: what failed before says nothing now

    def _recovered(self) -> None:
        if self._said and self._failing_since is not None:
            self.tell(Back(self.clock() - self._failing_since))
        self._failing_since, self._failures, self._said = None, 0, False
