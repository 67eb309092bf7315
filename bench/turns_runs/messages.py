"""The messages of the stand-in for Slack: posted, streamed, rewritten, taken away, found in a thread.

As much of Slack's rules as a bot that was killed half-way needs to find and mend what it left.
"""

import json
import time
from typing import Any

from bench.stage.slack import BOT

Json = dict[str, Any]
STREAMS = ("chat.startStream", "chat.appendStream", "chat.stopStream")


class Refused(Exception):
    """The error that Slack would answer with."""


class Messages:
    """By their ts; each holds the text that Slack would show of it. `user` writes them."""

    def __init__(self, user: str = BOT) -> None:
        self._user = user
        self._kept: dict[str, Json] = {}
        self._threads: dict[str, list[str]] = {}
        self._last = 0.0

    def texts(self) -> list[str]:
        return [message["text"] for message in self._kept.values()]

    def text(self, ts: str) -> str:
        return str(self._kept.get(ts, {}).get("text", ""))

    def write(self, method: str, given: Json) -> str:
        """Do what a method says, and return the message's ts. Raises Refused."""
        if method in ("chat.postMessage", "chat.startStream"):
            return self._begin(given, streams=method in STREAMS)
        ts = str(given.get("ts") or "")
        if ts not in self._kept:
            raise Refused("message_not_found")
        message = self._kept[ts]
        if method == "chat.delete":
            del self._kept[ts]
        elif method == "chat.update":
            if message["streams"]:
                raise Refused("streaming_state_conflict")
            message |= _shown(given)
        else:
            if not message["streams"]:
                raise Refused("message_not_in_streaming_state")
            _grow(message, given)
            message["streams"] = method != "chat.stopStream"
        return ts

    def _begin(self, given: Json, *, streams: bool) -> str:
        self._last = max(time.time(), self._last + 1e-6)
        ts, thread = f"{self._last:.6f}", str(given.get("thread_ts") or "")
        message = {"ts": ts, "user": self._user, "thread_ts": thread, "streams": streams}
        self._kept[ts] = message | _shown({} if streams else given)
        if streams:
            _grow(self._kept[ts], given)
        self._threads.setdefault(thread, []).append(ts)
        return ts

    def replies(self, given: Json) -> list[Json]:
        """What stands in a thread between `oldest` and `latest`."""
        oldest, latest = str(given.get("oldest") or ""), str(given.get("latest") or "~")
        there = self._threads.get(str(given.get("ts")), ())
        return [self._kept[ts] for ts in there if ts in self._kept and oldest < ts < latest]


def _grow(message: Json, given: Json) -> None:
    """A stream: text at the end, blocks below it."""
    chunks = read(given.get("chunks"), [])
    more = "".join(str(chunk.get("text") or "") for chunk in chunks)
    below = [block for chunk in chunks for block in read(chunk.get("blocks"), [])]
    message["text"] += str(given.get("markdown_text") or "") + more
    others = [block for block in message["blocks"] if block.get("type") != "markdown"]
    said = [{"type": "markdown", "text": message["text"]}] if message["text"] else []
    message["blocks"] = [*said, *others, *below, *read(given.get("blocks"), [])]
    message["metadata"] = read(given.get("metadata"), message["metadata"])


def _shown(given: Json) -> Json:
    """A message that is written at once: of its blocks the markdown, or its text."""
    blocks = read(given.get("blocks"), [])
    markdown = "".join(str(each.get("text", "")) for each in blocks if each["type"] == "markdown")
    text = markdown or str(given.get("markdown_text") or given.get("text") or "")
    return {"text": text, "blocks": blocks, "metadata": read(given.get("metadata"), {})}


def read(value: Any, otherwise: Any) -> Any:
    """JSON, which forms carry as text."""
    if not value:
        return otherwise
    return json.loads(value) if isinstance(value, str) else value
