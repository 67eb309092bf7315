"""Draw App Home for one user, from the dataset and the runs of the workspace."""

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.home import home_view
from bot.slack.services import Services

SHOWN = 10  # own examples listed on the page


async def publish(services: Services, client: AsyncWebClient, team: str, user: str) -> None:
    """Publish the view; what it offers depends on the user's role."""
    workspace = services.workspace(team)
    curator = await services.roles.is_curator(team, user)
    view = home_view(
        await workspace.runs.preview(),
        await workspace.dataset.by_author(user, limit=SHOWN),
        admin=await services.roles.is_admin(team, user),
        curate_url=services.curate_url(team, user) if curator else None,
    )
    await client.views_publish(user_id=user, view=view)
