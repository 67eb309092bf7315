"""Which scopes let an app call which method, from each method's page in Slack's reference.

Read by `web_api.py` before every call. Where Slack asks for one scope per kind of conversation, any of them is
enough here. Methods that are not named need none (`views.*`, `auth.test`, `chat.getPermalink`).
"""

from bot.sandbox.errors import SlackRefusal

_CHAT = ("chat:write",)
_HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
ANY_OF: dict[str, tuple[str, ...]] = {
    "assistant.threads.setStatus": ("chat:write", "assistant:write"),
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "assistant.threads.setTitle": ("assistant:write",),
    "bots.info": ("users:read",),
    "chat.appendStream": _CHAT,
    "chat.delete": _CHAT,
    "chat.postEphemeral": _CHAT,
    "chat.postMessage": _CHAT,
    "chat.startStream": _CHAT,
    "chat.stopStream": _CHAT,
    "chat.update": _CHAT,
    "conversations.history": _HISTORY,
    "conversations.info": _READ,
    "conversations.list": _READ,
    "conversations.members": _READ,
    "conversations.open": ("channels:manage", "groups:write", "im:write", "mpim:write"),
    "conversations.replies": _HISTORY,
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "reactions.add": ("reactions:write",),
    "reactions.get": ("reactions:read",),
    "reactions.remove": ("reactions:write",),
    "team.info": ("team:read",),
    "usergroups.list": ("usergroups:read",),
    "usergroups.users.list": ("usergroups:read",),
    "users.info": ("users:read",),
    "users.list": ("users:read",),
}


def check_scope(method: str, granted: tuple[str, ...]) -> None:
    """Raises `missing_scope`, with what would be enough and what there is."""
    needed = ANY_OF.get(method, ())
    if needed and not set(needed) & set(granted):
        details = {"needed": ",".join(needed), "provided": ",".join(granted)}
        raise SlackRefusal("missing_scope", details=details)
