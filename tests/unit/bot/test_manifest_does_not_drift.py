"""The manifest asks for exactly what the code uses: scopes, events, commands, shortcuts.

Derived from the code: every call of a Web API method in `bot`, every listener that is registered.
Which scope a method or an event needs is Slack's documentation (docs.slack.dev/reference).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot import manifest as module
from bot.manifest import manifest

ROOT = Path(__file__).parents[3]
LISTENERS = ROOT / "bot" / "slack" / "listeners" / "__init__.py"
KINDS = ("channels", "groups", "im", "mpim")
READ = {f"{kind}:read" for kind in KINDS}
HISTORY = {f"{kind}:history" for kind in KINDS}
FREE: set[str] = set()  # needs no scope, or none but the app's own credentials

METHODS: dict[str, set[str]] = {
    "assistant_threads_setStatus": {"assistant:write"},
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "assistant_threads_setTitle": {"assistant:write"},
    "auth_test": FREE,
    "apps_connections_open": FREE,
    "chat_appendStream": {"chat:write"},
    "chat_delete": {"chat:write"},
    "chat_getPermalink": FREE,
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_startStream": {"chat:write"},
    "chat_stopStream": {"chat:write"},
    "chat_stream": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": HISTORY,
    "conversations_info": READ,
    "conversations_list": READ,
    "conversations_members": READ,
    "conversations_open": {"im:write"},
    "conversations_replies": HISTORY,
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "openid_connect_token": FREE,
    "reactions_get": {"reactions:read"},
    "usergroups_list": {"usergroups:read"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "views_open": FREE,
    "views_publish": FREE,
    "views_push": FREE,
    "views_update": FREE,
}
EVENTS: dict[str, tuple[set[str], set[str]]] = {  # listener → (subscriptions, scopes)
    "app_home_opened": ({"app_home_opened"}, FREE),
    "app_mention": ({"app_mention"}, {"app_mentions:read"}),
    "app_uninstalled": ({"app_uninstalled"}, FREE),
    "message": ({f"message.{kind}" for kind in KINDS}, HISTORY),
    "reaction_added": ({"reaction_added"}, {"reactions:read"}),
    "reaction_removed": ({"reaction_removed"}, {"reactions:read"}),
    "tokens_revoked": ({"tokens_revoked"}, FREE),
}


def sources() -> Iterator[ast.Module]:
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if not {"sandbox", "demo"} & set(path.parts):
            yield ast.parse(path.read_text(encoding="utf-8"))


def called() -> set[str]:
    """Names of Web API methods that the code calls or hands on, on whatever object."""
    api = {name for name in vars(AsyncWebClient) if "_" in name.strip("_")}
    attributes = {
        node.attr
        for tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
    }
    return attributes & api - {"api_call"}


def registered(kind: str) -> set[str]:
    """What `app.<kind>("…")` names in the routing table, in a loop over a literal too."""
    tree = ast.parse(LISTENERS.read_text(encoding="utf-8"))
    loops = {
        node.target.id: {ast.literal_eval(item) for item in node.iter.elts}
        for node in ast.walk(tree)
        if isinstance(node, ast.For)
        and isinstance(node.target, ast.Name)
        and isinstance(node.iter, ast.Tuple | ast.List)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == f"app.{kind}":
            name = node.args[0]
            found |= loops[name.id] if isinstance(name, ast.Name) else {ast.literal_eval(name)}
    return found


def needed() -> set[str]:
    scopes = set().union(*(METHODS[name] for name in called() & METHODS.keys()))
    for event in registered("event") & EVENTS.keys():
        scopes |= EVENTS[event][1]
    return scopes | ({"commands"} if registered("command") or registered("shortcut") else set())


def test_every_method_that_is_called_has_its_scope_in_the_table() -> None:
    assert sorted(called() - METHODS.keys()) == [], "add the method and its scopes to METHODS"
    assert len(called()) > 10


def test_no_scope_is_missing() -> None:
    assert sorted(needed() - set(module.SCOPES)) == []


def test_no_scope_is_superfluous() -> None:
    assert sorted(set(module.SCOPES) - needed()) == []


def test_events_are_those_with_a_listener() -> None:
    assert sorted(registered("event") - EVENTS.keys()) == [], "add the event to EVENTS"
    wanted = set().union(*(EVENTS[name][0] for name in registered("event")))
    assert sorted(wanted) == sorted(module.EVENTS)


def test_commands_and_shortcuts_are_those_with_a_listener() -> None:
    features = manifest()["features"]
    commands = {command["command"] for command in features["slash_commands"]}
    shortcuts = {shortcut["callback_id"] for shortcut in features["shortcuts"]}
    assert commands == registered("command")
    assert shortcuts == registered("shortcut")


def test_socket_mode_needs_no_address() -> None:
    made = manifest(socket_mode=True)
    assert "http" not in str(made)
    assert made["settings"]["socket_mode_enabled"]


def test_many_workspaces_come_back_to_us_and_rotate_their_tokens() -> None:
    made = manifest("https://bot.example.com/", oauth=True)
    assert made["oauth_config"]["redirect_urls"] == [
        "https://bot.example.com/slack/oauth_redirect",
        "https://bot.example.com/curate/signed-in",
    ]
    assert made["settings"]["token_rotation_enabled"]
    assert made["settings"]["org_deploy_enabled"]


def test_one_workspace_keeps_its_token() -> None:
    made = manifest("https://bot.example.com")
    assert made["oauth_config"]["redirect_urls"] == ["https://bot.example.com/curate/signed-in"]
    assert not made["settings"]["token_rotation_enabled"]


def test_people_can_sign_in_with_slack() -> None:
    """An app may ask only for scopes that it declared; the bot's own token gets none of these."""
    assert manifest()["oauth_config"]["scopes"]["user"] == ["openid", "profile"]
    assert not set(module.SCOPES) & set(module.SIGN_IN_SCOPES)


@pytest.mark.parametrize("name", ["SCOPES", "EVENTS", "SIGN_IN_SCOPES"])
def test_lists_are_sorted_and_without_repeats(name: str) -> None:
    listed = getattr(module, name)
    assert list(listed) == sorted(set(listed))
