"""Makes the Bolt application: for one workspace by its token, or for all that installed it.

Bolt answers Slack only after the listener has returned, that is, after Redis has it all.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.web.async_client import AsyncWebClient

from bot.manifest import REDIRECT_PATH, SCOPES
from bot.slack.installation import STATE_SECONDS, Installations, States
from bot.slack.ourselves import OwnAuthorize
from bot.slack.tokens import InstalledAuthorize

NAME = "apprentice"  # else Bolt takes the file's, and reads the source of all that called it


@dataclass(frozen=True)
class OAuth:
    """The app's own credentials, and where Slack and this server are. `web_url`: no slash."""

    client_id: str
    client_secret: str
    slack_url: str
    web_url: str


def one_workspace(client: AsyncWebClient, secret: str, authorize: OwnAuthorize) -> AsyncApp:
    """An app whose every call carries one token. `client` has none, else Bolt asks whose it is."""
    with _no_word_about_a_token():
        return AsyncApp(
            name=NAME,
            client=client,
            signing_secret=secret,
            process_before_response=True,
            authorize=authorize,
        )


def many_workspaces(
    client: AsyncWebClient,
    secret: str,
    oauth: OAuth,
    installations: Installations,
    authorize: InstalledAuthorize,
) -> AsyncApp:
    """An app that answers each workspace with its own token. `client` has none."""
    settings = AsyncOAuthSettings(
        client_id=oauth.client_id,
        client_secret=oauth.client_secret,
        scopes=SCOPES,
        user_scopes=(),
        redirect_uri=f"{oauth.web_url}{REDIRECT_PATH}",
        redirect_uri_path=REDIRECT_PATH,
        install_page_rendering_enabled=False,
        authorization_url=f"{oauth.slack_url.removesuffix('api/')}oauth/v2/authorize",
        installation_store=installations,
        state_store=States(installations.records),
        state_expiration_seconds=STATE_SECONDS,
    )
    with _no_word_about_a_token():
        return AsyncApp(
            name=NAME,
            client=client,
            signing_secret=secret,
            process_before_response=True,
            authorize=authorize,  # type: ignore[arg-type]  # Bolt takes both
            oauth_flow=AsyncOAuthFlow(client=client, settings=settings),
        )


@contextmanager
def _no_word_about_a_token() -> Iterator[None]:
    """Bolt reads SLACK_BOT_TOKEN by itself and warns that the client's is used: so it should be."""
    logger = logging.getLogger("slack_bolt.AsyncApp")
    logger.addFilter(_no_warning)
    try:
        yield
    finally:
        logger.removeFilter(_no_warning)


def _no_warning(record: logging.LogRecord) -> bool:
    return record.levelno != logging.WARNING
