"""Pipelines of a cluster: a transaction is of one node, anything else is shared out among them."""

import asyncio
from collections import defaultdict
from typing import Any, Protocol

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import (
    AskError,
    ConnectionError,  # noqa: A004 - the driver's own
    MovedError,
    RedisError,
    TimeoutError,  # noqa: A004
    TryAgainError,
    WatchError,
)

TRIES = 5  # of one transaction, while slots move
SILENT = (ConnectionError, TimeoutError, OSError)  # of a node that did not answer


class Nodes(Protocol):
    """The cluster, as far as pipelines need it."""

    connection_pool: Any
    response_callbacks: Any

    async def node_of(self, command: tuple[Any, ...]) -> Redis: ...

    def learn(self, error: Exception, node: Redis) -> None: ...

    async def execute_command(self, *args: Any, **options: Any) -> Any: ...


def meaning(error: Exception) -> Exception:
    """The error; keys that are under way between two nodes are away for a while.

    To a script, which knows only that it does not find them there, too.
    """
    moving = isinstance(error, (AskError, TryAgainError)) and not isinstance(error, MovedError)
    if moving or "access a non local key" in str(error):
        return ConnectionError("this workspace is being moved to another node")
    return error


class Transaction(Pipeline):
    """Of one workspace, on the node of its first command. What has moved meanwhile is looked at anew:
    WatchError where something was watched, as if another had written."""

    def __init__(self, cluster: Nodes) -> None:
        super().__init__(cluster.connection_pool, cluster.response_callbacks, True, None)
        self._cluster = cluster
        self._node: Redis | None = None

    async def immediate_execute_command(self, *args: Any, **options: Any) -> Any:
        if self.connection is None:
            await self._go(args)
        try:
            return await super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
        except (RedisError, OSError) as error:
            self._learn(error)
            if isinstance(error, MovedError):
                await self.reset()  # type: ignore[no-untyped-call]
                raise WatchError("the workspace has moved") from error
            raise meaning(error)  # noqa: B904 - mostly the very same

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        commands, watched = list(self.command_stack), self.watching
        for _ in range(TRIES):
            if self.connection is None and commands:
                await self._go(commands[0][0])
            try:
                return await super().execute(raise_on_error)
            except (RedisError, OSError) as error:
                self._learn(error)
                if not isinstance(error, MovedError):
                    raise meaning(error)  # noqa: B904
                if watched:
                    raise WatchError("the workspace has moved") from error
            self.command_stack = list(commands)
        raise ConnectionError("the nodes of the cluster do not agree yet who keeps this workspace")

    async def _go(self, command: tuple[Any, ...]) -> None:
        self._node = await self._cluster.node_of(command)
        self.connection_pool = self._node.connection_pool

    def _learn(self, error: Exception) -> None:
        if self._node is not None:
            self._cluster.learn(error, self._node)


class Batch(Pipeline):
    """One pipeline for each node. Where one is away its commands fail, and no others; where none
    answers, it raises as the pipeline of one server does.
    """

    def __init__(self, cluster: Nodes) -> None:
        super().__init__(cluster.connection_pool, cluster.response_callbacks, False, None)
        self._cluster = cluster

    async def execute(self, raise_on_error: bool = True) -> list[Any]:
        commands, self.command_stack = list(self.command_stack), []
        answers: list[Any] = [None] * len(commands)
        shares: defaultdict[Redis, list[int]] = defaultdict(list)
        for at, (args, _) in enumerate(commands):
            shares[await self._cluster.node_of(args)].append(at)

        async def ask(node: Redis, places: list[int]) -> None:
            try:
                async with node.pipeline(transaction=False) as pipe:
                    for at in places:
                        args, options = commands[at]
                        pipe.execute_command(*args, **options)
                    found = await pipe.execute(raise_on_error=False)
            except (RedisError, OSError) as error:
                self._cluster.learn(error, node)
                found = [error] * len(places)
            for at, answer in zip(places, found, strict=True):
                args, options = commands[at]
                answers[at] = await self._followed(answer, node, args, options)

        await asyncio.gather(*(ask(node, places) for node, places in shares.items()))
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        if raise_on_error or sum(isinstance(error, SILENT) for error in errors) == len(answers):
            for error in errors:
                raise error
        return answers

    async def _followed(self, answer: Any, node: Redis, args: Any, options: Any) -> Any:
        """The answer; where the key has moved, that of the node that keeps it now."""
        if not isinstance(answer, Exception):
            return answer
        self._cluster.learn(answer, node)
        if not isinstance(answer, MovedError):
            return meaning(answer)
        try:
            return await self._cluster.execute_command(*args, **options)
        except (RedisError, OSError) as error:
            return error
