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
PLACEHOLDER = "https://apprentice.example.com"
EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"


def manifest(url: str | None = None, *, socket_mode: bool = False) -> dict[str, Any]:
    """The manifest for a server at `url`."""
    endpoint = f"{(url or PLACEHOLDER).rstrip('/')}/slack/events"
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
                    "url": endpoint,
                    "description": "Retrain the model on what the team corrected",
                    "usage_hint": "[status|history|cancel|promote|rollback|channel|help]",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"request_url": endpoint, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, "request_url": endpoint},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }
