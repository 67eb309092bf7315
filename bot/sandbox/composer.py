"""What Slack's composer makes of typed text before anyone sees it: mentions by id, the rest escaped."""

import re

from bot.sandbox.workspace import CHANNELS, MEMBERS

_TOKEN = re.compile(
    r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|!(?:here|channel|everyone)|https?://[^>\s]+)(?:\|[^>]*)?>"
)
_NAMED = re.compile(r"(?<![\w@])@(\w+)")
_CHANNEL = re.compile(r"(?<![\w#&])#(\w[\w-]*)")
_USER_IDS = {
    name: each.user_id for each in MEMBERS.values() for name in (each.name, each.real_name)
}
_CHANNEL_IDS = {name: channel_id for channel_id, name in CHANNELS.items()}


def compose(text: str) -> str:
    """`@apprentice a < b` → `<@U0APPRENTI> a &lt; b`; tokens that are there already stay."""
    parts: list[str] = []
    position = 0
    for match in _TOKEN.finditer(text):
        parts += [_plain(text[position : match.start()]), match[0]]
        position = match.end()
    return "".join([*parts, _plain(text[position:])])


def _plain(text: str) -> str:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    named = _NAMED.sub(lambda match: _mention(match[0], _USER_IDS.get(match[1])), escaped)
    return _CHANNEL.sub(lambda match: _channel(match[0], _CHANNEL_IDS.get(match[1])), named)


def _mention(typed: str, user_id: str | None) -> str:
    return f"<@{user_id}>" if user_id else typed


def _channel(typed: str, channel_id: str | None) -> str:
    return f"<#{channel_id}>" if channel_id else typed
