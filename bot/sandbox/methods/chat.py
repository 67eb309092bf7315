"""chat.*: post, change and take back messages, and messages that one person sees."""

import time
from dataclasses import replace

from bot.sandbox import posting
from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.message_store import Message
from bot.sandbox.methods.content import content, thread
from bot.sandbox.payloads import shown
from bot.sandbox.workspace import BOT_ID, BOT_USER

POST_TEXT = 40_000
UPDATE_TEXT = 4_000


def post_message(call: Call) -> Json:
    channel = call.target()
    body = {**posting.bot_author(), **_set(content(call, POST_TEXT))}
    thread_ts = thread(call, channel)
    if thread_ts and call.flag("reply_broadcast"):
        body["subtype"] = "thread_broadcast"
    message = posting.post(call.sandbox, channel, body, thread_ts=thread_ts)
    if thread_ts:
        call.sandbox.state.threads.update(channel["id"], message.thread_ts or thread_ts, status="")
    return {"channel": channel["id"], "ts": message.ts, "message": shown(message)}


def post_ephemeral(call: Call) -> Json:
    channel = call.channel()
    user = call.required("user")
    if user not in channel["members"]:
        raise SlackRefusal("user_not_in_channel")
    body = {**posting.bot_author(), **_set(content(call, POST_TEXT))}
    message = posting.post(
        call.sandbox, channel, body, thread_ts=thread(call, channel), visible_to=user
    )
    return {"message_ts": message.ts}


def update(call: Call) -> Json:
    channel = call.channel()
    message = own(call, channel, "cant_update_message")
    if message.streaming:
        raise SlackRefusal("streaming_state_conflict")
    fields = content(call, UPDATE_TEXT)
    if call.args.get("blocks") is None and not fields["blocks"]:
        del fields["blocks"]  # Slack keeps the blocks of an update that does not speak of them …
        if call.text("text"):
            fields["blocks"] = None  # … unless new text takes their place
    edited = posting.edit(
        call.sandbox,
        message,
        **fields,
        edited={"user": BOT_USER, "ts": f"{time.time():.6f}"},
    )
    return {
        "channel": channel["id"],
        "ts": edited.ts,
        "text": edited.body["text"],
        "message": shown(edited),
    }


def delete(call: Call) -> Json:
    channel = call.channel()
    message = own(call, channel, "cant_delete_message")
    posting.delete(call.sandbox, message)
    return {"channel": channel["id"], "ts": message.ts}


def get_permalink(call: Call) -> Json:
    channel = call.channel(joined=False)
    message = call.message(channel, "message_ts")
    link = f"{call.base_url}/sandbox?channel={channel['id']}&ts={message.ts}"
    if message.thread_ts:
        link += f"&thread_ts={message.thread_ts}"
    return {"channel": channel["id"], "permalink": link}


def own(call: Call, channel: Json, error: str) -> Message:
    """The named message, which must be the app's own."""
    message = call.message(channel)
    if message.body.get("bot_id") != BOT_ID:
        raise SlackRefusal(error)
    return replace(message)


def _set(body: Json) -> Json:
    return {key: value for key, value in body.items() if value is not None}


METHODS = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
}
