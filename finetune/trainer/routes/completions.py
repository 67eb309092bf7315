"""`/v1/completions`: go on from a text, as programs asked before there were chats."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from finetune.trainer.services import Owner, Parts
from finetune.trainer.wire.completion_request import CompletionRequest

router = APIRouter()


@router.post("/completions", response_model=None)
async def create(
    parts: Parts, owner: Owner, asked: CompletionRequest, request: Request
) -> Response:
    asked.check()
    stored = await run_in_threadpool(parts.models.get, owner, asked.model)
    return await parts.serving.complete(stored, await request.json())
