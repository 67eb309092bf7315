"""Which models a workspace may name, where many share one account at the provider."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.decisions.who import Workspace
from bot.domain.ports import Champions

TUNED = "ft:"  # how the names of fine-tuned models begin
LOOK_BACK = 1_000  # runs


@dataclass(frozen=True)
class OwnModels:
    """`shared`: many workspaces install this app, so that the account is not one's own."""

    workspace: Callable[[str], Workspace]
    champions: Champions
    shared: bool

    async def may_use(self, team: str, model: str) -> bool:
        """Whether nothing of another workspace answers by this name: what was taught crosses nowhere.

        Where the app belongs to one workspace, all that the account has is its own.
        """
        if not self.shared or not model.startswith(TUNED):
            return True
        workspace = self.workspace(team)
        if model in (workspace.runs.base_model, await self.champions.champion(team)):
            return True
        if any(run.candidate == model for run in await workspace.runs.list(LOOK_BACK)):
            return True
        return any(version.model == model for version in await workspace.registry.history())
