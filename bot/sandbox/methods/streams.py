"""chat.startStream, appendStream, stopStream: a message that grows while it is read.

A stream lives `stream_seconds` from its start however often it is appended to, as Slack's do. Text comes as
`markdown_text` or as chunks; task and plan chunks are kept beside the text for the page.
"""

import time
from dataclasses import replace

from bot.sandbox import posting
from bot.sandbox.blocks import MARKDOWN_TOTAL, check_message
from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.message_store import Message
from bot.sandbox.methods.chat import own
from bot.sandbox.methods.content import metadata, thread
from bot.sandbox.workspace import MEMBERS, TEAM_ID


def start(call: Call) -> Json:
    channel = call.channel()
    if not channel["is_im"]:
        _check_recipient(call)
    call.required("thread_ts", "invalid_thread_ts")
    thread_ts = thread(call, channel)
    body = _grown({**posting.bot_author(), "text": ""}, call)
    message = posting.post(
        call.sandbox, channel, body, thread_ts=thread_ts, stream_started=time.time()
    )
    call.sandbox.state.threads.update(channel["id"], message.thread_ts or "", status="")
    return {"channel": channel["id"], "ts": message.ts}


def append(call: Call) -> Json:
    message = _streaming(call)
    if call.text("markdown_text") is None and not call.args.get("chunks"):
        raise SlackRefusal("no_text")
    posting.edit(call.sandbox, message, silently=True, **_grown(message.body, call))
    return {"channel": message.channel, "ts": message.ts}


def stop(call: Call) -> Json:
    message = _streaming(call)
    body = _grown(message.body, call)
    blocks = call.structure("blocks", "invalid_blocks_format")
    if blocks:
        body["blocks"] = [*body.get("blocks", []), *check_message(blocks)]
    stopped = replace(message, streaming=False)
    edited = posting.edit(call.sandbox, stopped, **body, **metadata(call))
    shown = {"type": "message", **edited.body, "ts": edited.ts, "thread_ts": edited.thread_ts}
    return {"channel": message.channel, "ts": message.ts, "message": shown}


def _check_recipient(call: Call) -> None:
    if call.text("recipient_team_id") is None:
        raise SlackRefusal("missing_recipient_team_id")
    if call.text("recipient_user_id") is None:
        raise SlackRefusal("missing_recipient_user_id")
    if call.text("recipient_team_id") != TEAM_ID:
        raise SlackRefusal("team_not_found")
    if call.text("recipient_user_id") not in MEMBERS:
        raise SlackRefusal("user_not_found")


def _streaming(call: Call) -> Message:
    """The app's own message, if it still streams; one that is too old has ended by itself."""
    message = own(call, call.channel(), "message_not_owned_by_app")
    if not message.streaming:
        raise SlackRefusal("message_not_in_streaming_state")
    if time.time() - (message.stream_started or 0) > call.sandbox.config.stream_seconds:
        posting.edit(call.sandbox, replace(message, streaming=False))
        raise SlackRefusal("message_not_in_streaming_state")
    return message


def _grown(body: Json, call: Call) -> Json:
    """The body with what this call brings added: text at the end, tasks replaced by id."""
    text = call.text("markdown_text") or ""
    tasks: dict[str, Json] = {task["id"]: task for task in body.get("tasks", [])}
    plan, extra = body.get("plan"), []
    for chunk in _chunks(call):
        match chunk.get("type"):
            case "markdown_text":
                text += str(chunk.get("text", ""))
            case "task_update" if isinstance(chunk.get("id"), str):
                tasks[chunk["id"]] = {**tasks.get(chunk["id"], {}), **chunk}
            case "plan_update":
                plan = str(chunk.get("title") or "")
            case "blocks":
                extra += check_message(chunk.get("blocks"))
            case _:
                raise SlackRefusal("invalid_chunks")
    if len(text) > MARKDOWN_TOTAL:
        raise SlackRefusal("msg_too_long")
    whole = body["text"] + text
    others = [each for each in body.get("blocks", []) if each["type"] != "markdown"]
    written = [{"type": "markdown", "block_id": "stream", "text": whole}] if whole else []
    grown = {**body, "text": whole, "blocks": [*written, *others, *extra]}
    return {
        **grown,
        **({"tasks": list(tasks.values())} if tasks else {}),
        **({"plan": plan} if plan else {}),
    }


def _chunks(call: Call) -> list[Json]:
    chunks = call.structure("chunks", "invalid_chunks") or []
    if not isinstance(chunks, list) or not all(isinstance(chunk, dict) for chunk in chunks):
        raise SlackRefusal("invalid_chunks")
    return chunks


METHODS = {"chat.startStream": start, "chat.appendStream": append, "chat.stopStream": stop}
