"""The bodies of the control API, one model per route: what the page, a tour or a test asks a person to do."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    user: str = Field(description="Who acts, as U0ASKER001.")


class PostMessage(_Request):
    """`files`: ids that `upload` gave out; with them the text may be empty."""

    channel: str
    text: str = ""
    thread_ts: str | None = None
    files: list[str] = Field([], max_length=10)


class PostAsBot(BaseModel):
    """What another app of the workspace says; `as_user`: by its bot user, else as webhooks do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: str
    text: str
    thread_ts: str | None = None
    as_user: bool = True


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
