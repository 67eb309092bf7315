"""The Slack app manifest: the scopes, events and surfaces that the code uses.

Printed by `bot manifest`; `slack-manifest.json` is its output for a server that is not known yet.
"""

from typing import Any

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:history",
    "im:write",
    "mpim:history",
    "reactions:read",
    "usergroups:read",
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "message.channels",
    "message.groups",
    "message.im",
    "message.mpim",
    "reaction_added",
    "reaction_removed",
)
PLACEHOLDER = "https://apprentice.example.com"


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
                }
            ],
            "slash_commands": [
                {
                    "command": "/retrain",
                    "url": endpoint,
                    "description": "Retrain the model on what the team corrected",
                    "usage_hint": "[status|history|cancel|promote|rollback|help]",
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
