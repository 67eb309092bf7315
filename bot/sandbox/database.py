"""The sqlite file of a sandbox. Opened once by `state.py`; the stores beside it write their own tables."""

import sqlite3
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS channels (channel_id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
  channel TEXT NOT NULL, ts TEXT NOT NULL, thread_ts TEXT, visible_to TEXT, stream_started REAL,
  streaming INTEGER NOT NULL DEFAULT 0, pressed TEXT NOT NULL DEFAULT '{}', body TEXT NOT NULL,
  PRIMARY KEY (channel, ts));
CREATE INDEX IF NOT EXISTS messages_by_thread ON messages (channel, thread_ts);
CREATE TABLE IF NOT EXISTS threads (
  channel TEXT NOT NULL, thread_ts TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (channel, thread_ts));
CREATE TABLE IF NOT EXISTS views (
  view_id TEXT PRIMARY KEY, user TEXT NOT NULL, kind TEXT NOT NULL, position INTEGER NOT NULL,
  errors TEXT NOT NULL DEFAULT '{}', body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS response_urls (
  token TEXT PRIMARY KEY, expires REAL NOT NULL, uses INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (file_id TEXT PRIMARY KEY, body TEXT NOT NULL, content BLOB);
CREATE TABLE IF NOT EXISTS deliveries (
  delivery_id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, body TEXT NOT NULL,
  attempt INTEGER NOT NULL, reason TEXT, due REAL NOT NULL, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attempts (
  attempt_id INTEGER PRIMARY KEY AUTOINCREMENT, delivery_id INTEGER, kind TEXT NOT NULL,
  attempt INTEGER NOT NULL, status INTEGER, reason TEXT, latency REAL NOT NULL, at REAL NOT NULL);
"""


def open_database(data_dir: Path) -> sqlite3.Connection:
    """One connection, used from the event loop only; every statement is its own transaction."""
    data_dir.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        data_dir / "sandbox.sqlite3", isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.executescript(SCHEMA)
    return connection
