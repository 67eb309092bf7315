"""`ModelListing` over the `openai` SDK: GET /v1/models, where some models have a `shutdown_date`."""

import openai

from finetune.adapters.openai.refusals import translated
from finetune.training.retiring import shutdown_time


class OpenAIListing:
    """The models of one account."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client

    @translated()
    async def shutdowns(self) -> dict[str, float]:
        """By name, in seconds since the epoch. Empty where no list is served."""
        found = {}
        try:
            async for model in self._client.models.list():
                at = shutdown_time(getattr(model, "shutdown_date", None))
                if at is not None:
                    found[model.id] = at
        except openai.NotFoundError:
            return {}
        return found
