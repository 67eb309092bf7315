"""Turns expire; what somebody voted on does not, whatever Slack delivers again."""

import pytest
import redis

from bot.domain.voting import Act, gave
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
        await office.verdicts.record(TEAM, gave(up()))
        assert client.ttl(key) == -1
        assert await office.turns.accept(asked)  # delivered again, still to be answered
        assert client.ttl(key) == -1
        await office.turns.answered(asked, "1.0")
        assert not await office.turns.accept(asked)


async def test_with_the_last_vote_taken_back_the_turn_expires_again(
    office: Office, redis_url: str
) -> None:
    asked, other = turn(), up().model_copy(update={"user": "U0OTHER", "origin": "reaction:+1:"})
    key = f"apprentice:{{{TEAM}}}:turn:{asked.turn_id}"
    back = Act(reply_id=other.reply_id, user=other.user, at=other.at + 1, taken=other.origin)
    with redis.Redis.from_url(redis_url) as client:
        assert await office.turns.accept(asked)
        await office.verdicts.record(TEAM, gave(up()))
        await office.verdicts.record(TEAM, gave(other))
        await office.verdicts.record(TEAM, back)
        assert client.ttl(key) == -1
        await office.verdicts.erase(TEAM, other.reply_id, up().user)
        assert client.ttl(key) > 0
        await office.verdicts.record(TEAM, gave(other.model_copy(update={"at": other.at + 2})))
        assert client.ttl(key) == -1
        await office.verdicts.record(TEAM, back.model_copy(update={"at": other.at + 3}))
        assert client.ttl(key) > 0
