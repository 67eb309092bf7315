"""What a chat method is asked to say: text, markdown, blocks, metadata, checked against Slack's limits.

Used by `chat.py` and `streams.py`; returns the fields of a message body.
"""

import json
import re
from collections.abc import Iterator

from bot.sandbox.blocks import MARKDOWN_TOTAL, check_message
from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal

METADATA_BYTES = 8_000  # of event_payload
MOST_ATTACHMENTS = 100
_FILE_ID = re.compile(r"F[A-Z0-9]{6,}")
_TS = re.compile(r"\d{9,11}\.\d{6}")


def content(call: Call, most_text: int) -> Json:
    """The body's text, blocks, attachments, metadata. Raises `no_text`, `msg_too_long`, `invalid_blocks`…"""
    text = call.text("text")
    blocks = call.structure("blocks", "invalid_blocks_format")
    attachments = call.structure("attachments", "invalid_attachments")
    markdown = call.text("markdown_text")
    if markdown and (text or blocks):
        raise SlackRefusal("markdown_text_conflict")
    if not (text or blocks or attachments or markdown):
        raise SlackRefusal("no_text")
    if len(text or "") > most_text or len(markdown or "") > MARKDOWN_TOTAL:
        raise SlackRefusal("msg_too_long")
    if isinstance(attachments, list) and len(attachments) > MOST_ATTACHMENTS:
        raise SlackRefusal("too_many_attachments")
    if markdown:
        blocks = [{"type": "markdown", "text": markdown}]
    body: Json = {
        "text": text or markdown or "",
        "blocks": with_files(call, check_message(blocks)) if blocks else None,
    }
    return {**body, "attachments": attachments or None, **metadata(call)}


def with_files(call: Call, blocks: list[Json], error: str = "invalid_blocks") -> list[Json]:
    """The same blocks, whose pictures name files that are here and pictures. Raises `error`."""
    for file in _named_files(blocks):
        file_id = file.get("id") or (_FILE_ID.search(str(file.get("url"))) or [""])[0]
        found = call.sandbox.state.files.get(str(file_id))
        if found is None or found[1] is None or not found[0]["mimetype"].startswith("image/"):
            raise SlackRefusal(error, "[ERROR] invalid slack file [json-pointer:/blocks]")
    return blocks


def _named_files(part: object) -> Iterator[Json]:
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _named_files(each)
    if isinstance(part, dict) and isinstance(part.get("slack_file"), dict):
        yield part["slack_file"]


def metadata(call: Call) -> Json:
    """`{"metadata": …}` where the call has it. Raises `invalid_metadata_format`."""
    value = call.structure("metadata", "invalid_metadata_format")
    if value is None:
        return {}
    well_formed = (
        isinstance(value, dict)
        and isinstance(value.get("event_type"), str)
        and isinstance(value.get("event_payload"), dict)
    )
    if not well_formed:
        raise SlackRefusal("invalid_metadata_format")
    if len(json.dumps(value["event_payload"])) > METADATA_BYTES:
        raise SlackRefusal("metadata_too_large")
    return {"metadata": value}


def thread(call: Call, channel: Json) -> str | None:
    """The thread to post in. A ts that names nothing is refused, where Slack would post into the void."""
    thread_ts = call.text("thread_ts")
    if thread_ts is None:
        return None
    if not _TS.fullmatch(thread_ts):
        raise SlackRefusal("invalid_thread_ts")
    if not call.sandbox.state.messages.thread(channel["id"], thread_ts):
        raise SlackRefusal("thread_not_found")
    return thread_ts
