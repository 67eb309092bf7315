"""How long an operation takes, as its caller sees it and as the server does."""

import time
from collections.abc import Awaitable, Callable
from statistics import median

from redis.asyncio import Redis

from bench.growth_runs.table import Row

TIMES = 40
Operation = Callable[[int], Awaitable[object]]


async def timed(redis: Redis, operations: dict[str, Operation], size: int) -> list[list[Row]]:
    """Each `TIMES` times: the median for the caller; and the server's processor seconds for one."""
    seen, served = [], []
    for name, operation in operations.items():
        took, before = [], await _spent(redis)
        for n in range(TIMES):
            began = time.perf_counter()
            await operation(n)
            took.append(time.perf_counter() - began)
        spent = (await _spent(redis) - before) / TIMES
        seen.append(Row(name, size, median(took)))
        served.append(Row(name, size, spent))
    return [seen, served]


async def _spent(redis: Redis) -> float:
    """Of the thread that runs the commands."""
    told = await redis.info("cpu")
    return float(told["used_cpu_user_main_thread"]) + float(told["used_cpu_sys_main_thread"])
