"""One call of a Web API method: its arguments, whoever sent them as a form or as JSON.

Made by `web_api.py`, read by everything under `methods/`.
"""

from dataclasses import dataclass
from typing import Any

from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.json_text import read_json
from bot.sandbox.message_store import Message
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import BOT_USER, MEMBERS, direct_channel


@dataclass(frozen=True)
class Call:
    """The arguments of one method and the sandbox it acts on."""

    sandbox: Sandbox
    args: Json
    base_url: str

    def text(self, name: str) -> str | None:
        """The argument as text, None where it is absent or empty."""
        value = self.args.get(name)
        return None if value is None or value == "" else str(value)

    def required(self, name: str, error: str = "invalid_arguments") -> str:
        value = self.text(name)
        if value is None:
            raise SlackRefusal(error, f"[ERROR] missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int, most: int) -> int:
        try:
            value = int(self.text(name) or default)
        except ValueError:
            raise SlackRefusal("invalid_limit") from None
        if value < 0:
            raise SlackRefusal("invalid_limit")
        return min(value, most) or default

    def structure(self, name: str, error: str) -> Any:
        """An argument that is JSON: as it came, or parsed where a form carried it as text."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return read_json(value)
        except ValueError:
            raise SlackRefusal(error) from None

    def channel(self, name: str = "channel", *, joined: bool = True) -> Json:
        """The conversation, which the bot must see, and (`joined`) be a member of."""
        return self._seen(self.required(name, "channel_not_found"), joined=joined)

    def target(self) -> Json:
        """Where `chat.postMessage` posts: also a member's id (their conversation with the app), or `#name`."""
        given = self.required("channel", "channel_not_found")
        if given in MEMBERS:
            return self._seen(direct_channel(given), joined=True)
        name = given.removeprefix("#")
        named = (
            each["id"] for each in self.sandbox.state.channels.all() if each.get("name") == name
        )
        return self._seen(next(named, given), joined=True)

    def _seen(self, channel_id: str, *, joined: bool) -> Json:
        channel = self.sandbox.state.channels.get(channel_id)
        member = channel is not None and BOT_USER in channel["members"]
        if channel is None or (not member and (channel["is_im"] or channel["is_private"])):
            raise SlackRefusal("channel_not_found")
        if joined and not member:
            raise SlackRefusal("not_in_channel")
        return channel

    def message(self, channel: Json, name: str = "ts") -> Message:
        """A message that everyone in the channel sees."""
        message = self.sandbox.state.messages.get(
            channel["id"], self.required(name, "message_not_found")
        )
        if message is None or message.visible_to:
            raise SlackRefusal("message_not_found")
        return message


def page(items: list[Any], cursor: str | None, limit: int) -> tuple[list[Any], str]:
    """One page of the items and the cursor of the next; the cursor is the offset, as text."""
    try:
        start = int(cursor.removeprefix("next:")) if cursor else 0
    except ValueError:
        raise SlackRefusal("invalid_cursor") from None
    end = start + limit
    return items[start:end], f"next:{end}" if end < len(items) else ""
