"""`/v1/models`: base models and the key's own. Names hold colons, and slashes from a hub."""

from typing import Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool

from finetune.trainer.services import Owner, Parts

router = APIRouter(prefix="/models")


@router.get("")
def list_models(parts: Parts, owner: Owner) -> dict[str, Any]:
    models = parts.models.list(owner)
    return {"object": "list", "data": [model.wire(parts.engine) for model in models]}


@router.get("/{model_id:path}")
def retrieve(parts: Parts, owner: Owner, model_id: str) -> dict[str, Any]:
    return parts.models.get(owner, model_id).wire(parts.engine)


@router.delete("/{model_id:path}")
async def delete(parts: Parts, owner: Owner, model_id: str) -> dict[str, Any]:
    """First nobody can ask it, then nobody serves it, then it is gone; a repetition goes on."""
    model = await run_in_threadpool(parts.models.forget, owner, model_id)
    await parts.serving.drop(model)
    await run_in_threadpool(parts.models.remove, model)
    return {"id": model_id, "object": "model", "deleted": True}
