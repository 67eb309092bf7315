"""Two thousand questions at one moment: each is in Redis once, and nobody needs much memory for it."""

import pytest

from bot.bootstrap.connecting import DOCKET
from tests.factories import ASKER, CHANNEL, TEAM
from tests.fakes.bursts import burst_until_taken, delivery, mention
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import SECRET
from tests.scenarios.burst.conftest import Web

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]
MANY, AGAIN = 2_000, 200
MEGABYTE = 1_000_000


async def test_two_thousand_questions_at_once_are_each_kept_and_queued_once(web: Web) -> None:
    before = web.memory
    asked = [mention(number, CHANNEL, ASKER) for number in range(MANY)]
    deliveries = [delivery(event, f"Ev{each}", SECRET) for each, event in enumerate(asked)]
    twins = [
        delivery({**event, "type": "message"}, f"Tw{each}", SECRET)
        for each, event in enumerate(asked[:AGAIN])
    ]
    statuses = await burst_until_taken(web.url, [*deliveries, *deliveries[:AGAIN], *twins])
    assert set(statuses) <= {200, 503}  # late, at most: then Slack sends again
    assert await web.redis.xlen(f"{DOCKET}:stream") == MANY
    kept = {name async for name in web.redis.scan_iter(f"apprentice:{{{TEAM}}}:turn:*", count=1000)}
    assert len(kept) == MANY
    assert web.memory - before < 200 * MEGABYTE
    assert int((await web.redis.info("memory"))["used_memory"]) < 50 * MEGABYTE


async def test_after_a_burst_the_connections_are_back(web: Web) -> None:
    asked = [mention(number, CHANNEL, ASKER) for number in range(300)]
    changed = [
        {
            **event,
            "type": "message",
            "channel_type": "channel",
            "subtype": "message_changed",
            "message": {**event, "text": "changed", "edited": {"user": ASKER, "ts": event["ts"]}},
            "previous_message": event,
        }
        for event in asked
    ]
    events = [delivery(event, f"Ev{each}", SECRET) for each, event in enumerate([*asked, *changed])]
    await burst_until_taken(web.url, events)  # edits go by Bolt, and need many round trips
    assert len(await web.redis.client_list()) < 250

    async def still_there() -> bool:
        return bool(await burst_until_taken(web.url, events[:1]) == [200])

    await until("it to answer", still_there)
