"""What happens in a channel, whoever does it: post, edit, delete, react.

Called by the Web API (the bot) and the control API (people). Saves, tells the open pages, and queues the
events that Slack would deliver to the bot.
"""

from dataclasses import replace
from typing import Any

from bot.sandbox import payloads
from bot.sandbox.config import Json
from bot.sandbox.message_store import Message
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.workspace import APP_ID, APP_NAME, BOT_ID, BOT_USER, TEAM_ID

THREAD_SUMMARY = ("reply_count", "reply_users", "reply_users_count", "latest_reply")


def bot_author() -> Json:
    """The fields that mark a message as the app's."""
    return {
        "user": BOT_USER,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": TEAM_ID,
        "bot_profile": {
            "id": BOT_ID,
            "app_id": APP_ID,
            "name": APP_NAME,
            "deleted": False,
            "team_id": TEAM_ID,
        },
    }


def post(
    sandbox: Sandbox,
    channel: Json,
    body: Json,
    *,
    thread_ts: str | None = None,
    visible_to: str | None = None,
    stream_started: float | None = None,
) -> Message:
    """A new message; an ephemeral one (`visible_to`) is no event for anybody."""
    message = Message(
        channel=channel["id"],
        ts=sandbox.state.messages.next_ts(),
        body=body,
        thread_ts=root_of(sandbox, channel["id"], thread_ts),
        visible_to=visible_to,
        streaming=stream_started is not None,
        stream_started=stream_started,
    )
    sandbox.state.messages.save(message)
    if not visible_to:
        _count_replies(sandbox, message)
        _announce_post(sandbox, message, channel)
    sandbox.changes.announce()
    return message


def root_of(sandbox: Sandbox, channel: str, thread_ts: str | None) -> str | None:
    """Slack takes a reply's ts for its thread's."""
    if thread_ts is None:
        return None
    message = sandbox.state.messages.get(channel, thread_ts)
    return message.thread_ts or message.ts if message else thread_ts


def edit(
    sandbox: Sandbox,
    message: Message,
    *,
    silently: bool = False,
    previous: Message | None = None,
    **changes: Any,
) -> Message:
    """Set fields of the body. `silently`: no event (a stream grows without one)."""
    edited = sandbox.state.messages.save(message.with_body(**changes))
    before = previous or message
    if not silently and not message.visible_to:
        _event(
            sandbox,
            message.channel,
            lambda channel, ts: payloads.changed_event(edited, before, channel, ts),
        )
    sandbox.changes.announce()
    return edited


def delete(sandbox: Sandbox, message: Message) -> None:
    """Take a message away. One with replies leaves a tombstone, so that its thread can still be read."""
    if not message.visible_to and _replies(sandbox, message.channel, message.ts):
        edit(sandbox, replace(message, body=_kept(message), pressed={}), previous=message)
        return
    sandbox.state.messages.delete(message)
    if not message.visible_to:
        _count_replies(sandbox, message)
        _event(
            sandbox,
            message.channel,
            lambda channel, ts: payloads.deleted_event(message, channel, ts),
        )
    sandbox.changes.announce()


def _kept(message: Message) -> Json:
    """The body of a tombstone: nothing of what was said, all of the thread's summary."""
    summary = {key: value for key, value in message.body.items() if key in THREAD_SUMMARY}
    words = "This message was deleted."
    return {"user": "USLACKBOT", "subtype": "tombstone", "hidden": True, "text": words, **summary}


def react(sandbox: Sandbox, message: Message, user: str, name: str) -> bool:
    """False where this person has already reacted so."""
    reactions = [dict(each) for each in message.body.get("reactions", [])]
    found = next((each for each in reactions if each["name"] == name), None)
    if found is None:
        found = {"name": name, "users": [], "count": 0}
        reactions.append(found)
    if user in found["users"]:
        return False
    found["users"] = [*found["users"], user]
    found["count"] = len(found["users"])
    _save_reactions(sandbox, message, reactions, ("reaction_added", user, name))
    return True


def unreact(sandbox: Sandbox, message: Message, user: str, name: str) -> bool:
    """False where there was no such reaction of this person."""
    reactions = [dict(each) for each in message.body.get("reactions", [])]
    found = next((each for each in reactions if each["name"] == name), None)
    if found is None or user not in found["users"]:
        return False
    found["users"] = [other for other in found["users"] if other != user]
    found["count"] = len(found["users"])
    left = [each for each in reactions if each["count"]]
    _save_reactions(sandbox, message, left, ("reaction_removed", user, name))
    return True


def press(sandbox: Sandbox, message: Message, user: str, action_id: str, value: str) -> None:
    """Remember which feedback button this person sees pressed."""
    pressed = {**message.pressed, user: {**message.pressed.get(user, {}), action_id: value}}
    sandbox.state.messages.save(replace(message, pressed=pressed))
    sandbox.changes.announce()


def _save_reactions(
    sandbox: Sandbox, message: Message, reactions: list[Json], what: tuple[str, str, str]
) -> None:
    saved = sandbox.state.messages.save(message.with_body(reactions=reactions or None))
    kind, user, name = what
    _event(
        sandbox,
        message.channel,
        lambda _channel, ts: payloads.reaction_event(kind, user, name, saved, ts),
    )
    sandbox.changes.announce()


def _announce_post(sandbox: Sandbox, message: Message, channel: Json) -> None:
    if BOT_USER not in channel["members"]:
        return
    mentioned = payloads.mentions_bot(message.body) and message.body.get("bot_id") != BOT_ID
    if mentioned and not channel["is_im"]:
        sandbox.dispatcher.event(payloads.mention_event(message))
    sandbox.dispatcher.event(payloads.message_event(message, channel))


def _event(sandbox: Sandbox, channel_id: str, make: Any) -> None:
    channel = sandbox.state.channels.get(channel_id)
    if channel and BOT_USER in channel["members"]:
        sandbox.dispatcher.event(make(channel, sandbox.state.messages.next_ts()))


def _replies(sandbox: Sandbox, channel: str, root: str) -> list[Message]:
    return [each for each in sandbox.state.messages.thread(channel, root) if each.inside == root]


def _count_replies(sandbox: Sandbox, message: Message) -> None:
    """Keep the parent's summary of its thread, as `conversations.replies` shows it."""
    if not message.is_reply or message.thread_ts is None:
        return
    parent = sandbox.state.messages.get(message.channel, message.thread_ts)
    if parent is None:
        return
    replies = _replies(sandbox, message.channel, message.thread_ts)
    if not replies and parent.body.get("subtype") == "tombstone":
        sandbox.state.messages.delete(parent)
        return
    users = list(dict.fromkeys(each.body.get("user", "") for each in replies))
    counted = parent.with_body(
        reply_count=len(replies) or None,
        reply_users=users or None,
        reply_users_count=len(users) or None,
        latest_reply=replies[-1].ts if replies else None,
    )
    sandbox.state.messages.save(replace(counted, thread_ts=parent.ts if replies else None))
