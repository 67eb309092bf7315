"""Messages, and what hangs on a thread (status line, title, suggested prompts), in sqlite.

Written by `posting.py` and the Web API methods; read by them and by `snapshot.py` for the page.
"""

import json
import sqlite3
import time
from dataclasses import dataclass, field, replace
from typing import Any

from bot.sandbox.config import Json


@dataclass(frozen=True)
class Message:
    """One message: `body` is what Slack's API would show of it, the rest is Slack's own knowledge."""

    channel: str
    ts: str
    body: Json
    thread_ts: str | None = None
    visible_to: str | None = None
    streaming: bool = False
    stream_started: float | None = None
    pressed: Json = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def inside(self) -> str | None:
        """The thread it is shown in; None for what the channel itself shows, also with replies under it."""
        return self.thread_ts if self.is_reply else None

    def with_body(self, **changes: Any) -> "Message":
        """The same message with some fields set, or taken away where None."""
        merged = {**self.body, **changes}
        return replace(
            self, body={key: value for key, value in merged.items() if value is not None}
        )


class MessageStore:
    """All messages of the workspace; ts values only ever grow, as in Slack's channels."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        row = connection.execute("SELECT max(ts) FROM messages").fetchone()
        self._last = int(row[0].replace(".", "")) if row[0] else 0

    def next_ts(self) -> str:
        self._last = max(time.time_ns() // 1000, self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def save(self, message: Message) -> Message:
        self._db.execute(
            "INSERT OR REPLACE INTO messages"
            " (channel, ts, thread_ts, visible_to, stream_started, streaming, pressed, body)"
            " VALUES (?,?,?,?,?,?,?,?)",
            (
                message.channel,
                message.ts,
                message.thread_ts,
                message.visible_to,
                message.stream_started,
                int(message.streaming),
                json.dumps(message.pressed),
                json.dumps(message.body),
            ),
        )
        return message

    def get(self, channel: str, ts: str) -> Message | None:
        row = self._db.execute(
            "SELECT * FROM messages WHERE channel=? AND ts=?", (channel, ts)
        ).fetchone()
        return _message(row) if row else None

    def delete(self, message: Message) -> None:
        self._db.execute(
            "DELETE FROM messages WHERE channel=? AND ts=?", (message.channel, message.ts)
        )

    def in_channel(self, channel: str) -> list[Message]:
        """Everything in the channel, oldest first: threads and ephemeral messages too."""
        rows = self._db.execute("SELECT * FROM messages WHERE channel=? ORDER BY ts", (channel,))
        return [_message(row) for row in rows]

    def top_level(self, channel: str) -> list[Message]:
        """What the channel itself shows to everyone, oldest first."""
        return [
            message
            for message in self.in_channel(channel)
            if not message.visible_to and (not message.is_reply or _broadcast(message))
        ]

    def thread(self, channel: str, thread_ts: str) -> list[Message]:
        """The parent (where it still exists) and its replies, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM messages WHERE channel=? AND (thread_ts=? OR ts=?) AND visible_to IS NULL"
            " ORDER BY ts",
            (channel, thread_ts, thread_ts),
        )
        return [_message(row) for row in rows]


class ThreadStore:
    """What an assistant said about a thread: status, title, suggested prompts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def get(self, channel: str, thread_ts: str) -> Json:
        row = self._db.execute(
            "SELECT body FROM threads WHERE channel=? AND thread_ts=?", (channel, thread_ts)
        ).fetchone()
        return json.loads(row["body"]) if row else {}

    def update(self, channel: str, thread_ts: str, **changes: Any) -> None:
        body = {**self.get(channel, thread_ts), **changes}
        self._db.execute(
            "INSERT OR REPLACE INTO threads (channel, thread_ts, body) VALUES (?,?,?)",
            (channel, thread_ts, json.dumps(body)),
        )

    def in_channel(self, channel: str) -> dict[str, Json]:
        rows = self._db.execute("SELECT thread_ts, body FROM threads WHERE channel=?", (channel,))
        return {row["thread_ts"]: json.loads(row["body"]) for row in rows}


def _broadcast(message: Message) -> bool:
    return message.body.get("subtype") == "thread_broadcast"


def _message(row: sqlite3.Row) -> Message:
    return Message(
        channel=row["channel"],
        ts=row["ts"],
        body=json.loads(row["body"]),
        thread_ts=row["thread_ts"],
        visible_to=row["visible_to"],
        streaming=bool(row["streaming"]),
        stream_started=row["stream_started"],
        pressed=json.loads(row["pressed"]),
    )
