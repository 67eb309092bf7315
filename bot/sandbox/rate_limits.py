"""Slack's rate limits: a bucket per method (per channel where messages are posted), refilled as time goes by.

Asked by `web_api.py` before every call. The tiers are those of each method's page in Slack's reference; how large
a burst Slack takes is not documented ("generous"), so a bucket holds one minute's calls.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.errors import SlackRefusal


@dataclass(frozen=True)
class Allowance:
    """`per_minute` calls in the long run, up to `burst` at once; `by_channel`: for each channel apart."""

    per_minute: float
    burst: int
    by_channel: bool = False


TIER_1 = Allowance(1, 4)
TIER_2 = Allowance(20, 20)
TIER_3 = Allowance(50, 50)
TIER_4 = Allowance(100, 100)
POSTING = Allowance(60, 12, by_channel=True)  # one a second in a channel, short bursts
MANY = Allowance(600, 600)  # "hundreds per minute": auth.test, setStatus, getPermalink

ALLOWANCES: dict[str, Allowance] = {
    "apps.connections.open": TIER_1,
    "assistant.threads.setStatus": MANY,
    "assistant.threads.setSuggestedPrompts": TIER_2,
    "assistant.threads.setTitle": TIER_2,
    "auth.test": MANY,
    "bots.info": TIER_3,
    "chat.appendStream": TIER_4,
    "chat.delete": TIER_3,
    "chat.getPermalink": MANY,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": POSTING,
    "chat.startStream": TIER_2,
    "chat.stopStream": TIER_2,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "files.info": TIER_4,
    "oauth.v2.access": TIER_4,
    "openid.connect.token": TIER_4,
    "openid.connect.userInfo": TIER_4,
    "reactions.add": TIER_3,
    "reactions.get": TIER_3,
    "reactions.remove": TIER_2,
    "team.info": TIER_3,
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}


@dataclass
class _Bucket:
    left: float
    at: float


class RateLimits:
    """The buckets of one workspace. `time_scale` as in `Config`: 0.01 refills a hundred times as fast."""

    def __init__(
        self, *, time_scale: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._time_scale = max(time_scale, 1e-6)
        self._clock = clock
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, method: str, channel: str = "") -> None:
        """Count one call. Raises `ratelimited` with the whole seconds (at least 1) until the next is taken."""
        allowance = ALLOWANCES.get(method)
        if allowance is None:
            return
        now = self._clock()
        per_second = allowance.per_minute / 60 / self._time_scale
        key = (method, channel if allowance.by_channel else "")
        bucket = self._buckets.setdefault(key, _Bucket(allowance.burst, now))
        refilled = bucket.left + (now - bucket.at) * per_second
        bucket.left, bucket.at = min(float(allowance.burst), refilled), now
        if bucket.left < 1:
            wait = math.ceil((1 - bucket.left) / per_second)
            raise SlackRefusal("ratelimited", retry_after=max(1, wait))
        bucket.left -= 1
