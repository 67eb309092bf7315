"""Which models a workspace may name, where many share one account at the provider."""

from bot.slack.services import Services

TUNED = "ft:"  # how the names of fine-tuned models begin
LOOK_BACK = 1_000  # runs


async def may_use(services: Services, team: str, model: str) -> bool:
    """Whether nothing of another workspace answers by this name: what was taught crosses nowhere.

    Where the app belongs to one workspace, all that the account has is its own.
    """
    if services.installations is None or not model.startswith(TUNED):
        return True
    workspace = services.workspace(team)
    if model in (workspace.runs.base_model, await services.champions.champion(team)):
        return True
    if any(run.candidate == model for run in await workspace.runs.list(LOOK_BACK)):
        return True
    return any(version.model == model for version in await workspace.registry.history())
