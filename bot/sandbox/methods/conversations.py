"""conversations.*: which channels there are, who is in them, what was said."""

from bot.sandbox.call import Call, page
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.message_store import Message
from bot.sandbox.payloads import shown
from bot.sandbox.workspace import BOT_USER, MEMBERS, direct_channel


def history(call: Call) -> Json:
    """What the channel itself shows, newest first."""
    channel = call.channel()
    found = _between(call, call.sandbox.state.messages.top_level(channel["id"]))
    return _messages(call, found[::-1], default=100)


def replies(call: Call) -> Json:
    """A thread: the parent, then its replies, oldest first."""
    channel = call.channel()
    ts = call.required("ts", "thread_not_found")
    asked = call.sandbox.state.messages.get(channel["id"], ts)
    root = (asked.thread_ts or asked.ts) if asked else ts
    found = call.sandbox.state.messages.thread(channel["id"], root)
    if not found:
        raise SlackRefusal("thread_not_found")
    parents = [message for message in found if not message.is_reply]
    inside = _between(call, [message for message in found if message.is_reply])
    return _messages(call, [*parents, *inside], default=1000)


def info(call: Call) -> Json:
    channel = call.channel(joined=False)
    shown_channel = _shown(channel)
    if call.flag("include_num_members"):
        shown_channel["num_members"] = len(channel["members"])
    return {"channel": shown_channel}


def open_direct(call: Call) -> Json:
    """The conversation with one person; it is there from the beginning."""
    if call.text("channel"):
        return {"channel": _shown(call.channel())}
    users = call.required("users", "users_list_not_supplied").split(",")
    if any(user not in MEMBERS or MEMBERS[user].is_bot for user in users):
        raise SlackRefusal("user_not_found")
    if len(users) > 1:
        raise SlackRefusal("method_not_supported_for_channel_type")
    channel = call.sandbox.state.channels.get(direct_channel(users[0]))
    assert channel is not None  # noqa: S101 - every person has one from the start
    return {
        "channel": _shown(channel) if call.flag("return_im") else {"id": channel["id"]},
        "no_op": True,
        "already_open": True,
    }


def list_all(call: Call) -> Json:
    kinds = (call.text("types") or "public_channel").split(",")
    found = [
        _shown(channel)
        for channel in call.sandbox.state.channels.all()
        if _kind(channel) in kinds and (BOT_USER in channel["members"] or channel["is_channel"])
    ]
    some, cursor = page(found, call.text("cursor"), call.number("limit", 100, 1000))
    return {"channels": some, "response_metadata": {"next_cursor": cursor}}


def members(call: Call) -> Json:
    channel = call.channel(joined=False)
    some, cursor = page(channel["members"], call.text("cursor"), call.number("limit", 100, 1000))
    return {"members": some, "response_metadata": {"next_cursor": cursor}}


def _kind(channel: Json) -> str:
    if channel["is_im"]:
        return "im"
    return "private_channel" if channel["is_private"] else "public_channel"


def _shown(channel: Json) -> Json:
    body = {key: value for key, value in channel.items() if key != "members"}
    return {**body, "is_member": BOT_USER in channel["members"]}


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """Those after `oldest` and before `latest`; with `inclusive`, the two bounds as well."""
    oldest, latest = call.text("oldest") or "0", call.text("latest") or "9999999999.999999"
    if call.flag("inclusive"):
        return [message for message in messages if oldest <= message.ts <= latest]
    return [message for message in messages if oldest < message.ts < latest]


def _messages(call: Call, messages: list[Message], default: int) -> Json:
    some, cursor = page(messages, call.text("cursor"), call.number("limit", default, 1000))
    metadata = call.flag("include_all_metadata")
    answer: Json = {
        "messages": [shown(message, metadata=metadata) for message in some],
        "has_more": bool(cursor),
    }
    return {**answer, "response_metadata": {"next_cursor": cursor}} if cursor else answer


METHODS = {
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.info": info,
    "conversations.open": open_direct,
    "conversations.list": list_all,
    "conversations.members": members,
}
