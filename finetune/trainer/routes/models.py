"""`/v1/models`: base models and the key's own. Fine-tuned names hold colons, never slashes."""

from typing import Any

from fastapi import APIRouter

from finetune.trainer.services import Owner, Parts

router = APIRouter()


@router.get("/models")
def list_models(parts: Parts, owner: Owner) -> dict[str, Any]:
    return {
        "object": "list",
        "data": [model.wire(parts.engine) for model in parts.models.list(owner)],
    }


@router.get("/models/{model_id}")
def retrieve(parts: Parts, owner: Owner, model_id: str) -> dict[str, Any]:
    return parts.models.get(owner, model_id).wire(parts.engine)


@router.delete("/models/{model_id}")
def delete(parts: Parts, owner: Owner, model_id: str) -> dict[str, Any]:
    parts.models.delete(owner, model_id)
    return {"id": model_id, "object": "model", "deleted": True}
