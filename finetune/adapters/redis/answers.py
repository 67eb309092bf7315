"""Answers of models to evaluation cases, kept so that a killed evaluation asks nothing twice."""

from collections.abc import Sequence

from redis.asyncio import Redis

from finetune.adapters.redis.connection import Keys, translated
from finetune.asking.question import Answer

MONTH = 30 * 86_400
PORTION = 1_000  # answers read at once, so that nobody waits while an evaluation begins


class RedisAnswers:
    """`KeptAnswers` of one workspace; each is kept for a month."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    @translated()
    async def get(self, keys: Sequence[str]) -> dict[str, Answer]:
        """Those of `keys` that are known."""
        known: dict[str, Answer] = {}
        for begin in range(0, len(keys), PORTION):
            some = keys[begin : begin + PORTION]
            texts = await self._client.mget([self._keys("answer", key) for key in some])
            found = zip(some, texts, strict=True)
            known |= {key: Answer.model_validate_json(text) for key, text in found if text}
        return known

    @translated()
    async def put(self, key: str, answer: Answer) -> None:
        """Keep one answer."""
        await self._client.set(self._keys("answer", key), answer.model_dump_json(), ex=MONTH)
