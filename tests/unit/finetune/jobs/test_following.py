"""Events are told once and in order, whatever the provider and the connection do."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.errors import NotFound, ProviderError, ProviderUnavailable
from finetune.jobs import trouble
from finetune.jobs.following import Back, Following, Lost, News
from finetune.jobs.job import Event, Job
from finetune.jobs.paging import Page
from finetune.jobs.timeline import Timeline, in_order
from finetune.jobs.trouble import Backoff, nap

pytestmark = pytest.mark.anyio
PAGE = 100


def event(number: int, at: int = 0, step: int | None = None) -> Event:
    data = {} if step is None else {"step": step}
    return Event(id=f"e{number}", created_at=at or number, message=f"event {number}", data=data)


class Provider:
    """Grows by a batch of events at each look; what is in `refusals` is raised first."""

    def __init__(self, *batches: list[Event], late: list[Event] | None = None) -> None:
        self.listed: list[Event] = []  # oldest first
        self.batches, self.late = list(batches), late or []
        self.refusals: list[Exception] = []
        self.pages = 0

    async def job(self, job_id: str) -> Job:
        self._refuse()
        if self.batches:
            self.listed += self.batches.pop(0)
        status = "running" if self.batches else "succeeded"
        return Job(id=job_id, status=status)

    async def events(self, job_id: str, after: str | None) -> Page[Event]:
        self._refuse()
        self.pages += 1
        if self.pages > 1 and not self.batches and self.late:  # of a job that has ended
            self.listed += self.late
            self.late = []
        newest = self.listed[::-1]
        start = next((n + 1 for n, e in enumerate(newest) if e.id == after), 0)
        shown = newest[start : start + PAGE]
        return Page(shown, shown[-1].id if start + PAGE < len(newest) else None)

    def _refuse(self) -> None:
        if self.refusals:
            raise self.refusals.pop(0)


class Clock:
    """Time passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> bool:
        self.slept.append(seconds)
        self.now += seconds
        return False

    def __call__(self) -> float:
        return self.now


async def followed(provider: Provider, clock: Clock | None = None) -> list[News]:
    clock, news = clock or Clock(), list[News]()
    await Following(provider, "ftjob-1", news.append, 15.0, 0.0, clock.sleep, clock).to_the_end()
    return news


def told(news: list[News]) -> list[str]:
    return [each.id for each in news if isinstance(each, Event)]


async def test_many_events_between_two_looks_are_all_told() -> None:
    batches = [[event(n) for n in range(1, 260)], [event(n) for n in range(260, 700)]]
    provider = Provider(*batches)
    assert told(await followed(provider)) == [f"e{n}" for n in range(1, 700)]
    assert provider.pages < 30


async def test_a_provider_that_knows_no_cursor_gives_one_page() -> None:
    class Stubborn(Provider):
        async def events(self, job_id: str, after: str | None) -> Page[Event]:
            page = await super().events(job_id, None)
            return page._replace(older=page.found[-1].id)

    provider = Stubborn([event(1), event(2)], [event(3)])
    assert told(await followed(provider)) == ["e1", "e2", "e3"]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
async def test_whatever_comes_when_is_told_once(looks: list[int]) -> None:
    """Each event is first listed at some look, in any order."""
    batches = [[event(n + 1) for n, at in enumerate(looks) if at == look] for look in range(7)]
    provider = Provider(*batches)
    provider.refusals = [ProviderUnavailable("cut") for _ in range(len(looks) % 4)]
    assert sorted(told(await followed(provider))) == sorted(f"e{n + 1}" for n in range(len(looks)))


async def test_what_is_listed_a_little_later_is_told_in_its_place() -> None:
    provider = Provider([event(1), event(3)], [event(2)], [event(4)])
    assert told(await followed(provider)) == ["e1", "e2", "e3", "e4"]


async def test_an_ended_job_is_asked_for_its_last_events() -> None:
    provider = Provider([event(1)], late=[event(2), event(3)])
    assert told(await followed(provider)) == ["e1", "e2", "e3"]


async def test_trouble_is_told_once_and_no_event_is_lost() -> None:
    provider = Provider([event(1)], [event(2)])
    provider.refusals = [ProviderUnavailable("cut") for _ in range(20)]
    news = await followed(provider)
    assert told(news) == ["e1", "e2"]
    (lost,) = [each for each in news if isinstance(each, Lost)]
    (back,) = [each for each in news if isinstance(each, Back)]
    assert lost.reason == "cut"
    assert back.seconds > 60
    assert news.index(lost) < news.index(back)


async def test_one_failure_that_is_mended_at_once_is_not_worth_a_word() -> None:
    provider = Provider([event(1)])
    provider.refusals = [ProviderUnavailable("cut")]
    assert not [each for each in await followed(provider) if isinstance(each, Lost | Back)]


async def test_a_wait_that_the_provider_asks_for_is_kept() -> None:
    provider, clock = Provider([event(1)]), Clock()
    refusal = ProviderUnavailable("slow down")
    refusal.retry_after = 77.0
    provider.refusals = [refusal]
    news = await followed(provider, clock)
    assert clock.slept[0] == 77.0
    assert any(isinstance(each, Lost) for each in news)


async def test_a_refusal_for_good_ends_the_following() -> None:
    provider = Provider([event(1)])
    provider.refusals = [NotFound("no such job")]
    with pytest.raises(NotFound):
        await followed(provider)
    provider.refusals = [ProviderError("401")]
    with pytest.raises(ProviderError):
        await followed(provider)


def test_waits_grow_are_bounded_and_differ() -> None:
    backoff, error = Backoff(first=1.0, longest=30.0), ProviderUnavailable("x")
    waits = [backoff.wait(failures, error) for failures in range(1, 200)]
    assert 0.5 <= waits[0] <= 1.0
    assert all(15.0 <= wait <= 30.0 for wait in waits[6:])
    assert len(set(waits)) > 100
    error.retry_after = 1e9
    assert backoff.wait(1, error) == 600.0


async def test_a_nap_ends_when_the_machine_was_asleep(monkeypatch: pytest.MonkeyPatch) -> None:
    walls = itertools.count(1_000_000, 3600)  # an hour passes at each look at the wall clock
    monkeypatch.setattr(trouble, "SLICE", 0.01)
    monkeypatch.setattr(time, "time", lambda: next(walls))
    assert await nap(1000.0)


async def test_a_nap_lasts_when_it_was_not() -> None:
    assert not await nap(0.02)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9) | st.none()), max_size=30))
def test_any_events_are_kept_in_time_and_steps_ascend_within_a_second(
    shapes: list[tuple[int, int | None]],
) -> None:
    events = [event(n, at=at + 1, step=step) for n, (at, step) in enumerate(shapes)]
    ordered = in_order(events)
    assert sorted(e.id for e in ordered) == sorted(e.id for e in events)
    assert [e.created_at for e in ordered] == sorted(e.created_at for e in events)
    for second in {e.created_at for e in events}:
        steps = [e.data["step"] for e in ordered if e.created_at == second and e.data]
        assert steps == sorted(steps)


def test_an_event_that_is_listed_twice_is_told_once() -> None:
    timeline = Timeline()
    timeline.add([event(1), event(1), event(2)], now=0)
    timeline.add([event(1)], now=5)
    assert [e.id for e in timeline.settled(0)] == ["e1", "e2"]
    assert timeline.settled(9) == []
