"""To which workspace a delivery belongs: the key of its dataset, runs, champion and settings."""

from slack_bolt.context.async_context import AsyncBoltContext


def team_of(context: AsyncBoltContext) -> str:
    """The workspace that installed the app; for an installation by a whole organisation, that.

    Not the sender's: in a channel shared with another company the sender's is theirs. Deliveries
    of an organisation's installation name a workspace or none, so they go by the organisation.
    """
    if context.is_enterprise_install and context.enterprise_id:
        return str(context.enterprise_id)
    known = context.authorize_result
    return str((known and known.team_id) or context.team_id or context.enterprise_id or "")
