"""`ModelListing` over the `openai` SDK: GET /v1/models, where some models have a `shutdown_date`."""

import logging

import openai

from finetune.adapters.openai.refusals import translated
from finetune.training.retiring import shutdown_time

log = logging.getLogger(__name__)


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
                date = getattr(model, "shutdown_date", None)
                at = shutdown_time(date)
                if at is None and date is not None:
                    log.warning("shutdown_date of %s is not understood: %.60r", model.id, date)
                if at is not None:
                    found[model.id] = at
        except openai.NotFoundError:
            return {}
        return found
