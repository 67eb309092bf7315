"""The champion alias in Redis: one small JSON document, changed by compare-and-set."""

import time
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import WatchError

from finetune.adapters.redis.audit import write
from finetune.adapters.redis.connection import WORKSPACES, Keys, begin, translated
from finetune.audit import Action, Entry
from finetune.dataset.example import Frozen
from finetune.errors import RunRefused, StoreUnavailable
from finetune.registry import ModelVersion


class _Line(Frozen):
    """`line`: the promotions in force, oldest first; `history`: all movements, oldest first."""

    line: tuple[ModelVersion, ...] = ()
    history: tuple[ModelVersion, ...] = ()

    def moved(self, line: tuple[ModelVersion, ...], move: ModelVersion) -> "_Line":
        return _Line(line=line, history=(*self.history, move))


class RedisRegistry:
    """`Registry` of one workspace. `default_model` answers while nothing is promoted."""

    def __init__(
        self,
        client: Redis,
        keys: Keys,
        default_model: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._client = client
        self._keys = keys
        self._key = keys("registry")
        self._default_model = default_model
        self._clock = clock

    @translated()
    async def champion(self) -> str | None:
        """The newest promotion in force."""
        found = self._parse(await self._client.get(self._key))
        return found.line[-1].model if found.line else None

    @translated()
    async def promote(self, model: str, *, run_id: str, by: str) -> None:
        """Once per run, even after a rollback."""

        def move(now: _Line) -> _Line:
            if any(v.run_id == run_id and not v.rollback for v in now.history):
                return now
            version = ModelVersion(model=model, run_id=run_id, by=by, at=self._clock())
            return now.moved((*now.line, version), version)

        await self._client.sadd(WORKSPACES, self._keys.team_id)
        await self._change(move)

    @translated()
    async def rollback(self, by: str, leaving: str | None = None) -> ModelVersion:
        """To the promotion before, or to the default model."""

        def move(now: _Line) -> _Line:
            if not now.line:
                raise RunRefused("there is no promoted model to roll back from", "first")
            if leaving is not None and now.line[-1].model != leaving:
                return now
            model, run_id = self._default_model, ""
            if len(now.line) > 1:
                model, run_id = now.line[-2].model, now.line[-2].run_id
            back = ModelVersion(model=model, run_id=run_id, by=by, at=self._clock(), rollback=True)
            return now.moved(now.line[:-1], back)

        return (await self._change(move)).history[-1]

    @translated()
    async def line(self) -> list[ModelVersion]:
        """Newest first."""
        return list(reversed(self._parse(await self._client.get(self._key)).line))

    @translated()
    async def back(self) -> str | None:
        """The promotion before, or the default model."""
        line = self._parse(await self._client.get(self._key)).line
        before = [version.model for version in line[-2:-1]]
        return next(iter(before), self._default_model) if line else None

    @translated()
    async def history(self) -> list[ModelVersion]:
        """Newest first."""
        return list(reversed(self._parse(await self._client.get(self._key)).history))

    async def _change(self, move: Callable[[_Line], _Line]) -> _Line:
        for _ in range(20):
            async with self._client.pipeline(transaction=True) as pipe:
                try:
                    await pipe.watch(self._key)
                    before = self._parse(await pipe.get(self._key))
                    after = move(before)
                    if after == before:
                        return after
                    begin(pipe)
                    pipe.set(self._key, after.model_dump_json())
                    write(pipe, self._keys, _told(before, after))
                    await pipe.execute()
                except WatchError:
                    continue
                return after
        raise StoreUnavailable("too many writers of the registry at once; try again")

    @staticmethod
    def _parse(kept: bytes | str | None) -> _Line:
        return _Line.model_validate_json(kept) if kept else _Line()


def _told(before: _Line, after: _Line) -> Entry:
    """Of a step back the log says from where: the run that is left."""
    move = after.history[-1]
    if not move.rollback:
        about, detail = move.run_id, {"model": move.model}
        return Entry(at=move.at, by=move.by, action=Action.WENT_LIVE, about=about, detail=detail)
    left = before.line[-1]
    detail = {"model": move.model, "left": left.model}
    return Entry(
        at=move.at, by=move.by, action=Action.ROLLED_BACK, about=left.run_id, detail=detail
    )
