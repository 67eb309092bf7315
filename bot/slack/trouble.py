"""Slack's errors in our words, raised by everything that shows something in Slack."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.errors import BotError, SurfaceMistaken, SurfaceRefused, SurfaceUnavailable

TROUBLE = (SlackClientError, ClientError, TimeoutError)
# Slack's words for "not here, and not later either"; all others are worth another try.
FOR_GOOD = frozenset(
    {
        "cannot_dm_bot",
        "cannot_reply_to_message",
        "channel_not_found",
        "ekm_access_denied",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "missing_scope",
        "no_permission",
        "not_in_channel",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
        "thread_not_found",
        "unknown_method",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
        "users_not_found",
    }
)

# Slack's words for "this is not well formed": the same call fails every time.
MISTAKEN = frozenset(
    {
        "invalid_arg_name",
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "markdown_text_conflict",
        "metadata_must_be_sent_from_app",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)
BUSY = frozenset({"fatal_error", "internal_error", "ratelimited", "service_unavailable"})
UNTRUSTED = frozenset(
    {"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"}
)


def for_good(error: Exception) -> bool:
    """Whether Slack will say the same next time."""
    if isinstance(error, SlackApiError):
        return error.response.get("error") in FOR_GOOD
    return isinstance(error, SurfaceRefused)  # not installed any more


def busy(error: SlackApiError) -> bool:
    """Whether Slack is in trouble itself, or does not take our token: no fault of what was sent."""
    said = error.response.get("error")
    return error.response.status_code >= 429 or said in BUSY | UNTRUSTED


def passing(error: Exception) -> bool:
    """Whether Slack says itself that it may take it later: for what is not worth trying for ever."""
    if isinstance(error, SlackApiError):
        return error.response.get("error") in BUSY
    return not isinstance(error, SurfaceRefused)  # not installed any more


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Raise SurfaceRefused, SurfaceMistaken or SurfaceUnavailable instead of what the SDK raises; also a decorator."""
    try:
        yield
    except TROUBLE as error:
        said = error.response.get("error") if isinstance(error, SlackApiError) else str(error)
        kind: type[BotError] = SurfaceUnavailable
        if for_good(error):
            kind = SurfaceRefused
        elif said in MISTAKEN:
            kind = SurfaceMistaken
        raise kind(f"Slack: {said or type(error).__name__}") from error
