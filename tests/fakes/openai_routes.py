"""The provider stub's routes: chat completions, files and fine-tuning jobs in OpenAI's wire format."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from tests.fakes.openai_account import Chat, Json, OpenAIStub, Scripted, StoredFile, TuningJob


def refusal(status: int, message: str, code: str | None = None) -> JSONResponse:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return JSONResponse({"error": error}, status_code=status)


def page(items: list[Json], limit: int, after: str | None) -> Json:
    """Newest first, as the provider lists."""
    newest = items[::-1]
    start = next((n + 1 for n, item in enumerate(newest) if item["id"] == after), 0)
    shown = newest[start : start + limit]
    return {"object": "list", "data": shown, "has_more": start + limit < len(newest)}


def create_app(stub: OpenAIStub) -> FastAPI:
    """The provider's routes."""
    app = FastAPI()
    for add in (_chat_routes, _file_routes, _job_routes):
        add(app, stub)
    return app


def _chat_routes(app: FastAPI, stub: OpenAIStub) -> None:
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


def _file_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.post("/v1/files")
    async def upload(request: Request) -> Json:
        form = await request.form()
        sent: Any = form["file"]
        file_id = f"file-{len(stub.files) + 1}"
        stub.files[file_id] = StoredFile(
            file_id, sent.filename, str(form["purpose"]), await sent.read()
        )
        return stub.files[file_id].wire()

    @app.get("/v1/files")
    async def files(purpose: str = "", limit: int = 100, after: str | None = None) -> Json:
        found = [f.wire() for f in stub.files.values() if not purpose or f.purpose == purpose]
        return page(found, limit, after)

    @app.get("/v1/files/{file_id}/content")
    async def content(file_id: str) -> Response:
        return Response(stub.files[file_id].content)


def _job_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.post("/v1/fine_tuning/jobs")
    async def create(request: Request) -> Response:
        body = await request.json()
        if body["model"] in stub.unknown_models:
            return refusal(
                400, f"Model {body['model']} cannot be fine-tuned", "model_not_available"
            )
        if body["training_file"] not in stub.files:
            return refusal(400, f"no file {body['training_file']}")
        job = TuningJob(f"ftjob-{len(stub.jobs) + 1}", body)
        job.note("Created fine-tuning job")
        stub.jobs[job.job_id] = job
        return JSONResponse(job.wire())

    @app.get("/v1/fine_tuning/jobs")
    async def jobs(limit: int = 20, after: str | None = None) -> Json:
        return page([job.wire() for job in stub.jobs.values()], limit, after)

    @app.get("/v1/fine_tuning/jobs/{job_id}")
    async def job(job_id: str) -> Response:
        if job_id not in stub.jobs:
            return refusal(404, f"no job {job_id}")
        stub.poll(stub.jobs[job_id])
        return JSONResponse(stub.jobs[job_id].wire())

    @app.get("/v1/fine_tuning/jobs/{job_id}/events")
    async def events(job_id: str, limit: int = 20, after: str | None = None) -> Json:
        return page(stub.jobs[job_id].events, limit, after)

    @app.post("/v1/fine_tuning/jobs/{job_id}/cancel")
    async def cancel(job_id: str) -> Response:
        found = stub.jobs[job_id]
        if found.status != "running":
            return refusal(400, f"job {job_id} has already ended")
        found.status = "cancelled"
        return JSONResponse(found.wire())


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
