"""A model that answers each chat completion after some milliseconds, in a process of its own.

.venv/bin/python -m bench.growth_runs.model PORT MILLISECONDS
"""

import asyncio
import sys

from aiohttp import web


def app(seconds: float) -> web.Application:
    """As OpenAI answers, in as few words as may be."""

    async def answer(request: web.Request) -> web.Response:
        wanted = await request.json()
        await asyncio.sleep(seconds)
        message = {"role": "assistant", "content": "20 days, as the policy says."}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        named = {"id": "c1", "object": "chat.completion", "created": 1, "model": wanted["model"]}
        return web.json_response(named | {"choices": [choice]})

    made = web.Application()
    made.router.add_post("/v1/chat/completions", answer)
    return made


if __name__ == "__main__":
    port, milliseconds = map(int, sys.argv[1:])
    web.run_app(app(milliseconds / 1000), host="127.0.0.1", port=port, print=None)
