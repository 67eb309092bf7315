"""Buckets fill up as time goes by; each method (and channel, for posts) has its own."""

import pytest

from bot.sandbox.errors import SlackRefusal
from bot.sandbox.methods import METHODS
from bot.sandbox.rate_limits import ALLOWANCES, RateLimits


class Clock:
    """Time that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_is_emptied_and_refilled() -> None:
    """20 a minute: three seconds for the next one, which Retry-After says."""
    clock = Clock()
    limits = RateLimits(clock=clock)
    for _ in range(20):
        limits.take("chat.startStream")
    with pytest.raises(SlackRefusal) as refused:
        limits.take("chat.startStream")
    assert (refused.value.error, refused.value.retry_after) == ("ratelimited", 3)
    clock.now = 3.0
    limits.take("chat.startStream")


def test_posts_are_counted_for_each_channel_apart() -> None:
    """One channel's burst leaves another's whole."""
    limits = RateLimits(clock=Clock())
    for channel in ("C1", "C2"):
        for _ in range(12):
            limits.take("chat.postMessage", channel)
        with pytest.raises(SlackRefusal):
            limits.take("chat.postMessage", channel)


def test_scaled_time_refills_as_much_sooner() -> None:
    """A hundredth of a minute for a minute's calls."""
    clock = Clock()
    limits = RateLimits(time_scale=0.01, clock=clock)
    for _ in range(50):
        limits.take("chat.update")
    clock.now = 0.61
    for _ in range(50):
        limits.take("chat.update")


def test_every_method_has_a_tier() -> None:
    """None is forgotten, none is invented."""
    assert set(METHODS) - {"api.test"} <= set(ALLOWANCES)
