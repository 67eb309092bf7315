"""Turns expire; what somebody voted on does not, whatever Slack delivers again."""

import pytest
import redis

from tests.factories import TEAM, turn, up
from tests.scenarios.bot.conftest import DAY, Office

pytestmark = pytest.mark.anyio


async def test_a_turn_expires_unless_somebody_voted_on_its_reply(
    office: Office, redis_url: str
) -> None:
    asked = turn()
    key = f"apprentice:{{{TEAM}}}:turn:{asked.turn_id}"
    with redis.Redis.from_url(redis_url) as client:
        assert await office.turns.accept(asked)
        assert 0 < client.ttl(key) <= DAY
        await office.verdicts.put(TEAM, up())
        assert client.ttl(key) == -1
        assert await office.turns.accept(asked)  # delivered again, still to be answered
        assert client.ttl(key) == -1
        await office.turns.answered(asked, "1.0")
        assert not await office.turns.accept(asked)
