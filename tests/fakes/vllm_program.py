"""A server that behaves as vLLM's documents say, as a program: `python -m tests.fakes.vllm_program serve BASE …`.

It takes vLLM's options, asks for VLLM_API_KEY, loads and unloads adapters only with
VLLM_ALLOW_RUNTIME_LORA_UPDATING, and answers with the name and folder of the model that was asked.
`/stub` tells what was asked of it; it needs no key.
"""

import argparse
import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

Json = dict[str, Any]


class Account:
    """What the server has, and what it was asked."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.base = options.served_model_name or options.model
        self.root = options.model
        self.adapters: dict[str, str] = {}
        self.asked: list[Json] = []
        self.under_way = 0
        self.options = vars(options)


def error(status: int, message: str, kind: str) -> JSONResponse:
    """As vLLM writes errors: the code is the status."""
    said = {"message": message, "type": kind, "param": None, "code": status}
    return JSONResponse({"error": said}, status)


def create_app(account: Account, key: str, *, updating: bool) -> FastAPI:
    app = FastAPI()

    @app.middleware("http")
    async def guarded(request: Request, answer: Any) -> Response:
        if request.url.path.startswith("/v1"):
            body = await request.body()
            seen = {"path": request.url.path, "headers": dict(request.headers)}
            account.asked.append(seen | {"body": json.loads(body) if body else None})
            if key and request.headers.get("authorization") != f"Bearer {key}":
                return JSONResponse({"error": "Unauthorized"}, 401)
        passed: Response = await answer(request)
        return passed

    @app.get("/health")
    def health() -> Response:
        return Response()

    @app.get("/stub")
    def stub() -> Json:
        told = ("asked", "adapters", "under_way", "options")
        return {"pid": os.getpid()} | {name: getattr(account, name) for name in told}

    _models(app, account)
    if updating:
        _updating(app, account)
    _answering(app, account)
    return app


def _models(app: FastAPI, account: Account) -> None:
    @app.get("/v1/models")
    def models() -> Json:
        base = {"id": account.base, "root": account.root, "parent": None, "object": "model"}
        others = [
            {"id": name, "root": folder, "parent": account.base, "object": "model"}
            for name, folder in account.adapters.items()
        ]
        return {"object": "list", "data": [base, *others]}


def _updating(app: FastAPI, account: Account) -> None:
    @app.post("/v1/load_lora_adapter")
    def load(asked: Json) -> Response:
        name, folder = asked["lora_name"], asked["lora_path"]
        if name in account.adapters:
            said = f"The lora adapter '{name}' has already been loaded."
            return error(400, said, "InvalidUserInput")
        if not Path(folder, "adapter_config.json").exists():
            return error(404, f"No adapter found for {folder}", "NotFoundError")
        account.adapters[name] = folder
        return Response(f"Success: LoRA adapter '{name}' added successfully.")

    @app.post("/v1/unload_lora_adapter")
    def unload(asked: Json) -> Response:
        if account.adapters.pop(asked["lora_name"], None) is None:
            return error(404, "The lora adapter cannot be found.", "NotFoundError")
        return Response("Success: removed.")


def _answering(app: FastAPI, account: Account) -> None:
    @app.post("/v1/chat/completions")
    async def chat(asked: Json) -> Response:
        model, question = asked["model"], asked["messages"][-1]["content"]
        if model not in {account.base, *account.adapters}:
            return error(404, f"The model `{model}` does not exist.", "NotFoundError")
        if question == "too long":
            return error(400, "This model's maximum context length is 4 tokens.", "BadRequestError")
        if asked.get("stream"):
            return StreamingResponse(
                events(account, model, question), media_type="text/event-stream"
            )
        text = f"{model} from {account.adapters.get(model, account.root)}"
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        head = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": model}
        usage = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
        return JSONResponse(head | {"choices": [choice], "usage": usage})


async def events(account: Account, model: str, question: str) -> AsyncIterator[bytes]:
    """A few pieces; to "wait" pieces without end, to "die" the end of the process."""
    account.under_way += 1
    try:
        for place in range(4 if question not in {"wait", "die"} else 10_000):
            if question == "die" and place == 2:
                os._exit(9)
            delta = {"content": f'{place} "model":"{model}" 火 '}
            choice = {"index": 0, "delta": delta, "finish_reason": None}
            head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1}
            document = head | {"model": model, "choices": [choice]}
            line = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
            yield f"data: {line}\n\n".encode()
            await asyncio.sleep(0.01)
        yield b"data: [DONE]\n\n"
    finally:
        account.under_way -= 1


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("serve", choices=["serve"])
    parser.add_argument("model")
    for option in ("--served-model-name", "--host", "--max-loras", "--max-lora-rank"):
        parser.add_argument(option)
    parser.add_argument("--port", type=int)
    parser.add_argument("--enable-lora", action="store_true")
    options = parser.parse_args()
    updating = options.enable_lora and os.environ.get("VLLM_ALLOW_RUNTIME_LORA_UPDATING") == "1"
    app = create_app(Account(options), os.environ.get("VLLM_API_KEY", ""), updating=updating)
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
