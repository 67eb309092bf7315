"""Which model answers in a workspace, and for how long its provider will serve it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from finetune import FinetuneError, Retiring, retiring
from finetune.bootstrap import Toolkit

LIST_SECONDS = 1.5  # that somebody waits for the provider's list of models
LIST_PATIENCE = 120.0  # seconds that the watch waits for it; nobody waits for the watch


@dataclass(frozen=True)
class Champions:
    """The champion of a workspace, or the model of the settings until one is promoted."""

    toolkit: Toolkit
    default: str

    async def champion(self, team: str) -> str:
        """Asked at every turn, so that a promotion is live on the next message."""
        return await self.toolkit.workspace(team).registry.champion() or self.default


@dataclass(frozen=True)
class Ending:
    """The models of a workspace that their provider will shut down."""

    toolkit: Toolkit
    champions: Champions
    base_model: str

    async def known(self, team: str) -> list[Retiring]:
        """For somebody who waits: what was listed last, where the provider takes its time."""
        try:
            async with asyncio.timeout(LIST_SECONDS):
                return await self.listed(team)
        except (FinetuneError, TimeoutError):
            return await self._of(team, self.toolkit.shutdowns.known())

    async def listed(self, team: str) -> list[Retiring]:
        """Raises ProviderError, ProviderUnavailable and TimeoutError."""
        async with asyncio.timeout(LIST_PATIENCE):
            return await self._of(team, await self.toolkit.shutdowns.refresh())

    async def _of(self, team: str, shutdowns: Mapping[str, float]) -> list[Retiring]:
        return retiring([await self.champions.champion(team), self.base_model], shutdowns)
