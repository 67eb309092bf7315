"""The provider stub's chat completions, and those of legacy models, in OpenAI's wire format."""

import asyncio
import json
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from tests.fakes.openai_account import Chat, Json, OpenAIStub, Scripted, words
from tests.fakes.openai_wire import refusal


def chat_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.get("/v1/models")
    async def models() -> Response:
        listed = [
            {"id": model, "object": "model", "created": 0, "owned_by": "stub", "shutdown_date": at}
            for model, at in stub.shutdown_dates.items()
        ]
        listed.append({"id": "lasting", "object": "model", "created": 0, "owned_by": "stub"})
        return JSONResponse({"object": "list", "data": listed})

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
        if asked.model in stub.legacy_models:
            return refusal(404, NO_CHAT_MODEL, param="model")
        for name in sorted(stub.refused_params & set(body)):
            return refusal(
                400, f"Unsupported parameter: '{name}'", "unsupported_parameter", param=name
            )
        said = await _said(stub, asked)
        if isinstance(said, Response):
            return said
        if asked.stream:
            return StreamingResponse(_stream(asked, said), media_type="text/event-stream")
        if said.gate is not None:
            await said.gate.wait()
        choice = {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": None if said.refusal else said.text,
                "refusal": said.refusal,
            },
            "finish_reason": said.finish_reason,
            "logprobs": _logprobs(stub, asked, said) if body.get("logprobs") else None,
        }
        return JSONResponse(_completion(asked, "chat.completion", [choice], said, stub.tokens))

    _legacy_route(app, stub)


def _legacy_route(app: FastAPI, stub: OpenAIStub) -> None:
    @app.post("/v1/completions")
    async def legacy(request: Request) -> Response:
        body = await request.json()
        prompt = {"role": "user", "content": body["prompt"]}
        asked = Chat(body["model"], [prompt], stream=False, body=body)
        stub.chats.append(asked)
        if asked.model not in stub.legacy_models | stub.unknown_models:
            return refusal(404, CHAT_MODEL, param="model")
        said = await _said(stub, asked)
        if isinstance(said, Response):
            return said
        choice = {
            "index": 0,
            "text": said.text,
            "finish_reason": said.finish_reason,
            "logprobs": None if body.get("logprobs") is None else _legacy(stub, asked, said),
        }
        return JSONResponse(_completion(asked, "text_completion", [choice], said, stub.tokens))


NO_CHAT_MODEL = (
    "This is not a chat model and thus not supported in the v1/chat/completions endpoint. "
    "Did you mean to use v1/completions?"
)
CHAT_MODEL = (
    "This is a chat model and not supported in the v1/completions endpoint. "
    "Did you mean to use v1/chat/completions?"
)


async def _said(stub: OpenAIStub, asked: Chat) -> Scripted | Response:
    """What the model answers, after as long as it takes."""
    if asked.model in stub.unknown_models:
        return refusal(404, f"The model '{asked.model}' does not exist", "model_not_found")
    said = (
        stub.scripted.pop(0)
        if stub.scripted
        else Scripted(stub.answer(asked.model, asked.messages))
    )
    stub.answering += 1
    stub.most_answering = max(stub.most_answering, stub.answering)
    try:
        await asyncio.sleep(stub.latency(asked.model))
    finally:
        stub.answering -= 1
    return said if said.raw is None else Response(said.raw, media_type="text/html")


def _rivals(stub: OpenAIStub, asked: Chat, said: Scripted) -> list[tuple[str, float]]:
    """(token, log-probability) of the first token, best first."""
    chances = stub.chances(asked.model, asked.messages) if stub.chances else {said.text: 0.9}
    ordered = sorted(chances.items(), key=lambda pair: -pair[1])
    return [(token, math.log(chance)) for token, chance in ordered if chance > 0]


def _logprobs(stub: OpenAIStub, asked: Chat, said: Scripted) -> Json:
    rivals = _rivals(stub, asked, said)
    wanted = rivals[: asked.body.get("top_logprobs", 0)]
    top = [{"token": token, "logprob": chance, "bytes": None} for token, chance in wanted]
    first = {"token": rivals[0][0], "logprob": rivals[0][1], "bytes": None, "top_logprobs": top}
    return {"content": [first], "refusal": None}


def _legacy(stub: OpenAIStub, asked: Chat, said: Scripted) -> Json:
    rivals = _rivals(stub, asked, said)
    return {
        "tokens": [rivals[0][0]],
        "token_logprobs": [rivals[0][1]],
        "top_logprobs": [dict(rivals[: asked.body["logprobs"]])],
        "text_offset": [0],
    }


def _completion(
    asked: Chat,
    kind: str,
    choices: list[Json],
    said: Scripted,
    tokens: Callable[[str], int] = words,
) -> Json:
    prompt = sum(tokens(str(m["content"])) for m in asked.messages)
    answer = tokens(said.text)
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
        await asyncio.sleep(said.pause)
        yield _chunk(asked, said, {"role": "assistant", "content": piece}, None)
    if said.stream_error is not None:
        trouble = {"message": "no", "type": "server_error", "param": None}
        yield _event({"error": {**trouble, "code": said.stream_error}})
        return
    if said.refusal is not None:
        yield _chunk(asked, said, {"refusal": said.refusal}, None)
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
