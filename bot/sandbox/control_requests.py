"""The bodies of the control API, one model per route: what the page, a tour or a test asks a person to do."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    user: str = Field(description="Who acts: U0ASKER001, U0CURATOR1 or U0ADMIN001.")


class PostMessage(_Request):
    channel: str
    text: str
    thread_ts: str | None = None


class EditMessage(_Request):
    channel: str
    message_ts: str
    text: str


class NamedMessage(_Request):
    channel: str
    message_ts: str


class Click(_Request):
    action_id: str
    block_id: str | None = None
    value: Any = None
    values: dict[str, Any] = {}
    channel: str | None = None
    message_ts: str | None = None
    view_id: str | None = None


class SlashCommand(_Request):
    channel: str
    command: str
    text: str = ""


class UseShortcut(NamedMessage):
    callback_id: str


class Submit(_Request):
    view_id: str
    values: dict[str, Any] = {}


class Close(_Request):
    view_id: str
    everything: bool = False


class React(NamedMessage):
    name: str
    remove: bool = False


class OpenHome(_Request):
    tab: str = "home"


class NewChannel(_Request):
    name: str = Field(pattern=r"^[a-z0-9_-]{1,80}$")
    with_bot: bool = True
    is_private: bool = False


class OrderFaults(BaseModel):
    """`copies`: deliver every event so many times. `refuse`: {method: {error, times, retry_after?}}."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    copies: int | None = Field(None, ge=1, le=10)
    refuse: dict[str, dict[str, Any]] | None = None
