"""`/v1/chat/completions`: ask a model. A streamed answer is the same answer, in pieces."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from finetune.trainer.services import Owner, Parts
from finetune.trainer.wire.chat_request import ChatRequest

router = APIRouter()


@router.post("/chat/completions", response_model=None)
async def create(parts: Parts, owner: Owner, asked: ChatRequest, request: Request) -> Response:
    asked.check()
    stored = await run_in_threadpool(parts.models.get, owner, asked.model)
    return await parts.serving.chat(stored, await request.json())
