"""A running trainer asked by several clients at once: answers a second, and the server's own time."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import aiohttp
import psutil

KEY = "key-of-the-bench"


async def asked(url: str, model: str, questions: Sequence[str], at_once: int) -> float:
    """Seconds until all questions are answered, never more than `at_once` open."""
    waiting = iter(questions)

    async def client(session: aiohttp.ClientSession) -> None:
        for question in waiting:
            body = {"model": model, "messages": [{"role": "user", "content": question}]}
            async with session.post(f"{url}/chat/completions", json=body) as answer:
                found = await answer.json()
                assert found["choices"][0]["message"]["content"], found

    headers = {"Authorization": f"Bearer {KEY}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        began = time.perf_counter()
        await asyncio.gather(*(client(session) for _ in range(at_once)))
        return time.perf_counter() - began


def answers(
    url: str, model: str, questions: Sequence[str], process: int, levels: Sequence[int]
) -> dict[int, dict[str, float]]:
    """For each number of clients: answers a second, and processor milliseconds of the server each."""
    server = psutil.Process(process)
    asyncio.run(asked(url, model, questions[:4], 1))  # the model is read
    found: dict[int, dict[str, float]] = {}
    for at_once in levels:
        before: Any = server.cpu_times()
        took = asyncio.run(asked(url, model, questions, at_once))
        after: Any = server.cpu_times()
        spent = after.user + after.system - before.user - before.system
        found[at_once] = {
            "answers_per_second": len(questions) / took,
            "milliseconds_each": spent / len(questions) * 1000,
        }
    return found
