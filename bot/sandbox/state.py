"""Everything the workspace remembers, over one sqlite file under the data directory.

`State` opens the file, makes the fixed workspace when it is new, and hands out the stores.
"""

import json
import secrets
import sqlite3
import time
from pathlib import Path

from bot.sandbox.config import Json
from bot.sandbox.database import open_database
from bot.sandbox.delivery_store import DeliveryStore
from bot.sandbox.message_store import MessageStore, ThreadStore
from bot.sandbox.view_store import ViewStore
from bot.sandbox.workspace import (
    BOT_USER,
    CHANNELS,
    PEOPLE,
    PRIVATE,
    direct_channel,
    founding_members,
)

RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60


class ChannelStore:
    """Channels and direct messages with their members."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def save(self, channel: Json) -> Json:
        self._db.execute(
            "INSERT OR REPLACE INTO channels (channel_id, body) VALUES (?,?)",
            (channel["id"], json.dumps(channel)),
        )
        return channel

    def get(self, channel_id: str) -> Json | None:
        row = self._db.execute(
            "SELECT body FROM channels WHERE channel_id=?", (channel_id,)
        ).fetchone()
        return json.loads(row["body"]) if row else None

    def all(self) -> list[Json]:
        rows = self._db.execute("SELECT body FROM channels ORDER BY channel_id")
        return [json.loads(row["body"]) for row in rows]


class FileStore:
    """Uploaded files; `content` is None until the upload came."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def save(self, file: Json, content: bytes | None = None) -> Json:
        self._db.execute(
            "INSERT INTO files (file_id, body, content) VALUES (?,?,?) ON CONFLICT (file_id)"
            " DO UPDATE SET body=excluded.body, content=coalesce(excluded.content, content)",
            (file["id"], json.dumps(file), content),
        )
        return file

    def get(self, file_id: str) -> tuple[Json, bytes | None] | None:
        row = self._db.execute(
            "SELECT body, content FROM files WHERE file_id=?", (file_id,)
        ).fetchone()
        return (json.loads(row["body"]), row["content"]) if row else None


class ResponseUrlStore:
    """Short-lived addresses to answer an interaction: 5 uses within 30 minutes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def issue(self, about: Json) -> str:
        self._db.execute("DELETE FROM response_urls WHERE expires<=?", (time.time(),))
        token = secrets.token_urlsafe(24)
        self._db.execute(
            "INSERT INTO response_urls (token, expires, uses, body) VALUES (?,?,?,?)",
            (token, time.time() + RESPONSE_URL_SECONDS, RESPONSE_URL_USES, json.dumps(about)),
        )
        return token

    def use(self, token: str) -> Json | None:
        """What the address answers to; None once it is spent, expired or was never issued."""
        row = self._db.execute(
            "UPDATE response_urls SET uses=uses-1 WHERE token=? AND uses>0 AND expires>?"
            " RETURNING body",
            (token, time.time()),
        ).fetchone()
        return json.loads(row["body"]) if row else None


class State:
    """The stores, wired over one connection."""

    def __init__(self, data_dir: Path) -> None:
        self._connection = open_database(data_dir)
        self.channels = ChannelStore(self._connection)
        self.messages = MessageStore(self._connection)
        self.threads = ThreadStore(self._connection)
        self.views = ViewStore(self._connection)
        self.views.clear_all()
        self.files = FileStore(self._connection)
        self.response_urls = ResponseUrlStore(self._connection)
        self.deliveries = DeliveryStore(self._connection)
        self._found()

    def _found(self) -> None:
        """Make the fixed channels that are not there yet."""
        there = {channel["id"] for channel in self.channels.all()}
        for channel_id, name in CHANNELS.items():
            if channel_id not in there:
                members, is_private = founding_members(channel_id), channel_id in PRIVATE
                self.channels.save(new_channel(channel_id, name, members, is_private=is_private))
        for person in PEOPLE:
            if direct_channel(person.user_id) not in there:
                self.channels.save(_conversation(person.user_id))

    def close(self) -> None:
        self._connection.close()


def _conversation(user: str) -> Json:
    """The direct messages between one person and the app."""
    return {
        "id": direct_channel(user),
        "is_im": True,
        "is_channel": False,
        "is_archived": False,
        "user": user,
        "members": [user, BOT_USER],
        "created": int(time.time()),
    }


def new_channel(
    channel_id: str, name: str, members: list[str], *, is_private: bool = False
) -> Json:
    """A channel as `conversations.info` tells of it, with its members beside."""
    return {
        "id": channel_id,
        "name": name,
        "name_normalized": name,
        "is_channel": not is_private,
        "is_group": is_private,
        "is_im": False,
        "is_private": is_private,
        "is_archived": False,
        "members": members,
        "created": int(time.time()),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }
