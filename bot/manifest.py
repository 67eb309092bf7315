"""The Slack app manifest: the scopes, events and surfaces that the code uses.

Printed by `bot manifest`; `slack-manifest.json` is its output for a server that is not known yet.
"""

from typing import Any

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:read",
    "im:write",
    "mpim:history",
    "mpim:read",
    "reactions:read",
    "usergroups:read",
    "users:read",
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
    "tokens_revoked",
)
SIGN_IN_SCOPES = ("openid", "profile")  # of who signs in to the curation pages; no token is kept
PLACEHOLDER = "https://apprentice.example.com"
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"
SIGNED_IN_PATH = "/curate/signed-in"


def manifest(
    url: str | None = None, *, socket_mode: bool = False, oauth: bool = False
) -> dict[str, Any]:
    """The manifest for a server at `url`; with `oauth`, for many workspaces."""
    server = (url or PLACEHOLDER).rstrip("/")
    endpoint = {} if socket_mode else {"request_url": f"{server}{EVENTS_PATH}"}
    back = [REDIRECT_PATH, SIGNED_IN_PATH] if oauth else [SIGNED_IN_PATH]
    reachable = url is not None or not socket_mode
    redirects = {"redirect_urls": [f"{server}{path}" for path in back]} if reachable else {}
    return {
        "display_information": {
            "name": "Apprentice",
            "description": "Answers in Slack, and learns from your corrections.",
            "background_color": "#4a154b",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "apprentice", "always_online": True},
            "agent_view": {"agent_description": "Answers your team's questions."},
            "shortcuts": [
                {
                    "name": "Correct this reply",
                    "type": "message",
                    "callback_id": "correct_reply",
                    "description": "Write what the reply should have been",
                },
                {
                    "name": "Try again",
                    "type": "message",
                    "callback_id": "try_again",
                    "description": "Let me answer this question anew",
                },
            ],
            "slash_commands": [
                {
                    "command": "/retrain",
                    **({} if socket_mode else {"url": f"{server}{EVENTS_PATH}"}),
                    "description": "Retrain the model on what the team corrected",
                    "usage_hint": "[status|history|cancel|promote|rollback|channel|help]",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {
            **redirects,
            "scopes": {"bot": list(SCOPES), "user": list(SIGN_IN_SCOPES)},
        },
        "settings": {
            "event_subscriptions": {**endpoint, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **endpoint},
            "org_deploy_enabled": oauth,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": oauth,
        },
    }
