"""Whether the provider of the models answers at all: asked by App Home, remembered for a minute."""

import time
from dataclasses import dataclass, field

import openai

SECONDS = 0.9  # that an answer may take: somebody waits for a page
REMEMBER = 60.0


@dataclass
class Provider:
    """Asks for the list of models, as every provider can tell."""

    models: openai.AsyncOpenAI
    _known: tuple[float, list[str]] = field(default=(0.0, []))

    async def problems(self) -> list[str]:
        """One line when it does not answer; empty when it does."""
        if self._known[0] <= time.monotonic():
            self._known = (time.monotonic() + REMEMBER, await self._ask())
        return self._known[1]

    async def _ask(self) -> list[str]:
        try:
            await self.models.with_options(timeout=SECONDS, max_retries=0).models.list()
        except openai.NotFoundError:
            return []  # it answers; some serve no list
        except openai.OpenAIError as error:
            return [f"the provider of the models does not answer ({type(error).__name__})"]
        return []
