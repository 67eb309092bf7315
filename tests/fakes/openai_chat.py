"""The provider stub's chat completions in OpenAI's wire format."""

import json
import time
from collections.abc import AsyncIterator, Iterator

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from tests.fakes.openai_account import Chat, Json, OpenAIStub, Scripted
from tests.fakes.openai_wire import refusal


def chat_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.get("/v1/models/{model}")
    async def model(model: str) -> Response:
        if model in stub.unknown_models:
            return refusal(404, f"The model '{model}' does not exist", "model_not_found")
        wire = {"id": model, "object": "model", "created": 0, "owned_by": "stub"}
        return JSONResponse(wire)

    @app.post("/v1/chat/completions")
    async def chat(request: Request) -> Response:
        body = await request.json()
        asked = Chat(body["model"], body["messages"], bool(body.get("stream")), body)
        stub.chats.append(asked)
        if asked.model in stub.unknown_models:
            return refusal(404, f"The model '{asked.model}' does not exist", "model_not_found")
        said = (
            stub.scripted.pop(0)
            if stub.scripted
            else Scripted(stub.answer(asked.model, asked.messages))
        )
        if asked.stream:
            return StreamingResponse(_stream(asked, said), media_type="text/event-stream")
        if said.gate is not None:
            await said.gate.wait()
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": said.text},
            "finish_reason": said.finish_reason,
        }
        return JSONResponse(_completion(asked, "chat.completion", [choice], said))


def _completion(asked: Chat, kind: str, choices: list[Json], said: Scripted) -> Json:
    prompt = sum(len(str(m["content"]).split()) for m in asked.messages)
    answer = len(said.text.split())
    return {
        "id": "chatcmpl-stub",
        "object": kind,
        "created": int(time.time()),
        "model": asked.model,
        "choices": choices,
        "usage": {
            "prompt_tokens": prompt,
            "completion_tokens": answer,
            "total_tokens": prompt + answer,
        },
    }


async def _stream(asked: Chat, said: Scripted) -> AsyncIterator[str]:
    pieces = said.text.splitlines(keepends=True) or [""]
    pieces = [word for line in pieces for word in _words(line)]
    for number, piece in enumerate(pieces):
        if said.breaks_after == number:
            raise ConnectionResetError  # uvicorn cuts the connection
        if said.gate is not None and number == said.gate_after:
            await said.gate.wait()
        yield _chunk(asked, said, {"role": "assistant", "content": piece}, None)
    yield _chunk(asked, said, {}, said.finish_reason)
    if (asked.body.get("stream_options") or {}).get("include_usage"):
        yield _event(_completion(asked, "chat.completion.chunk", [], said))
    yield "data: [DONE]\n\n"


def _words(line: str) -> Iterator[str]:
    """Pieces that make the line again when put together."""
    words = line.split(" ")
    for number, word in enumerate(words):
        yield word if number == len(words) - 1 else word + " "


def _chunk(asked: Chat, said: Scripted, delta: Json, finish_reason: str | None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    chunk = _completion(asked, "chat.completion.chunk", [choice], said)
    return _event({**chunk, "usage": None})


def _event(chunk: Json) -> str:
    return f"data: {json.dumps(chunk)}\n\n"
