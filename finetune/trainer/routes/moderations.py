"""`/v1/moderations`: said plainly not to exist, since "nothing found" would be believed."""

from typing import Any

from fastapi import APIRouter

from finetune.trainer.errors import NotFoundHere

router = APIRouter()


@router.post("/moderations")
def create() -> dict[str, Any]:
    raise NotFoundHere(
        "There are no moderations here: this server does not judge what texts contain.",
        code="unsupported_endpoint",
    )
