"""Lua that the server runs as one step, for many calls in one round trip."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha1
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

Call = tuple[Sequence[str], Sequence[str | bytes | int | float]]
Command = Sequence[str | int | float]


def writable(call: Call) -> Call:
    """The call. Raises ValueError where it holds half a character, which fails all of a batch."""
    keys, arguments = call
    for each in (*keys, *arguments):
        if isinstance(each, str):
            each.encode()
    return call


@dataclass(frozen=True)
class Script:
    """`lua` reads KEYS, all of one workspace, and ARGV."""

    lua: str

    @cached_property
    def sha(self) -> str:
        """How the server names what it has been shown once."""
        return sha1(self.lua.encode(), usedforsecurity=False).hexdigest()

    async def each(
        self, redis: Redis, calls: Sequence[Call], beside: Sequence[Command] = ()
    ) -> list[Any]:
        """An answer for each call, then for each command `beside`; an exception where one failed."""
        answers = await self._run(redis, calls, beside)
        unknown = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if unknown:  # to a server that was restarted, or that has taken over
            await redis.script_load(self.lua)
            again = await self._run(redis, [calls[at] for at in unknown])
            for at, answer in zip(unknown, again, strict=True):
                answers[at] = answer
        return answers

    async def once(self, redis: Redis, call: Call) -> Any:
        """The answer to one call. Raises the driver's errors."""
        (answer,) = await self.each(redis, [call])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def _run(
        self, redis: Redis, calls: Sequence[Call], beside: Sequence[Command] = ()
    ) -> list[Any]:
        async with redis.pipeline(transaction=False) as pipe:
            for keys, arguments in calls:
                pipe.evalsha(self.sha, len(keys), *keys, *arguments)
            for command in beside:
                pipe.execute_command(*command)
            return list(await pipe.execute(raise_on_error=False))
