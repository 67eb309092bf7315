"""`/v1/chat/completions`: ask a model. A streamed answer is the same answer, in pieces."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from finetune.trainer.chat_request import ChatRequest
from finetune.trainer.completion import Completion
from finetune.trainer.services import Owner, Parts

router = APIRouter()


@router.post("/chat/completions", response_model=None)
def create(parts: Parts, owner: Owner, request: ChatRequest) -> StreamingResponse | dict[str, Any]:
    stored = parts.models.get(owner, request.model)
    conversation = request.conversation()
    model = parts.loaded.get(parts.storage.folder(stored.folder))
    answers = [
        model.generate(conversation, request.sampling(choice)) for choice in range(request.n or 1)
    ]
    completion = Completion(stored.model_id, answers, logprobs=bool(request.logprobs))
    if not request.stream:
        return completion.wire()
    usage = request.stream_options is not None and request.stream_options.include_usage
    return StreamingResponse(
        completion.stream(include_usage=usage),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache"},
    )
