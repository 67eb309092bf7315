"""What any `Answers` promises, over the real Valkey."""

from collections.abc import AsyncIterator

import pytest

from finetune import Message
from finetune.adapters.redis import Keys, RedisAnswers, connect
from finetune.asking.question import Answer
from finetune.evaluation.answers import answer_key

pytestmark = pytest.mark.anyio
ASKED = [Message(role="user", content="How many days?")]


@pytest.fixture
async def answers(redis_url: str) -> AsyncIterator[RedisAnswers]:
    client = connect(redis_url)
    yield RedisAnswers(client, Keys("T1"))
    await client.aclose()


async def test_an_answer_is_kept_for_its_model_and_question(answers: RedisAnswers) -> None:
    key, other = answer_key("m1", ASKED), answer_key("m2", ASKED)
    await answers.put(key, Answer(content="20", finish_reason="length"))
    assert await answers.get([key, other]) == {key: Answer(content="20", finish_reason="length")}
    assert await answers.get([]) == {}
