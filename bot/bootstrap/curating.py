"""The curation pages over their parts."""

from collections.abc import Callable

from bot.adapters.redis import RedisSessions, RedisStanding
from bot.bootstrap.parts import Connections, Parts
from bot.manifest import SIGNED_IN_PATH
from bot.slack.door import Lines
from bot.slack.signin import Client, SlackCurators, SlackSignIn, authority
from bot.slack.signing_keys import SigningKeys
from bot.web.access import Access
from bot.web.desk import Desk
from bot.web.pages import Pages
from bot.web.services import Services


def access_of(made: Connections) -> Access:
    """Links, sessions and forms, with keys derived from what only Slack and we know."""
    secret = made.settings.slack_signing_secret.get_secret_value()
    return Access(secret, made.settings.web_url, RedisSessions(made.redis))


def pages_of(made: Connections, parts: Parts, access: Access, leaving: Callable[[], bool]) -> Pages:
    """Signing in with Slack is offered where Slack knows this app by an id and a secret."""
    curators = SlackCurators(parts.roles, parts.door.installed)
    desk = Desk(access, curators, parts.people, made.settings.web_url)
    services = Services(
        desk=desk,
        places=parts.names,
        workspace=parts.kit.workspace,
        turns=parts.turns,
        verdicts=parts.verdicts,
        preferences=parts.preferences,
        champions=parts.champions,
        standing=RedisStanding(made.redis),
        chat_model=made.settings.chat_model,
        shutdowns=parts.kit.shutdowns.known,
        tasks=parts.tasks,
        uploads=parts.kit.uploads,
        base_model=parts.kit.settings.base_model,
        curating=parts.curating,
        steering=parts.steering,
        leaving=leaving,
    )
    return Pages(services, _sign_in(made, parts))


def _sign_in(made: Connections, parts: Parts) -> SlackSignIn | None:
    settings = made.settings
    client_id, secret = settings.sign_in_client
    if not client_id or not secret:
        return None
    slack_url = settings.slack_base_url
    return SlackSignIn(
        client=Client(client_id, secret, slack_url, f"{settings.web_url}{SIGNED_IN_PATH}"),
        web=Lines(slack_url, made.session).impatient(None),
        keys=SigningKeys(made.session, f"{authority(slack_url)}openid/connect/keys"),
        door=parts.door,
    )
