"""`/v1/embeddings`: vectors for texts, from models that have them."""

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from finetune.trainer.services import Owner, Parts
from finetune.trainer.wire.embedding_request import EmbeddingRequest

router = APIRouter()


@router.post("/embeddings", response_model=None)
async def create(parts: Parts, owner: Owner, asked: EmbeddingRequest, request: Request) -> Response:
    stored = await run_in_threadpool(parts.models.get, owner, asked.model)
    return await parts.serving.embed(stored, await request.json())
