"""What any `Answers` promises, over the real Valkey."""

from collections.abc import AsyncIterator

import pytest

from finetune import Message
from finetune.adapters.redis import Keys, RedisAnswers, connect
from finetune.adapters.redis import answers as kept
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


async def test_very_many_are_read_portion_by_portion(
    answers: RedisAnswers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PORTION", 2)
    keys = [answer_key(f"m{n}", ASKED) for n in range(5)]
    for key in keys[1:]:
        await answers.put(key, Answer(content=key))
    assert await answers.get(keys) == {key: Answer(content=key) for key in keys[1:]}
