"""Deliveries owed to the bot, and the log of every attempt, in sqlite: a restart forgets neither."""

import sqlite3
import time
from dataclasses import dataclass

from bot.sandbox.config import Json

KEPT_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Delivery:
    """An event on its way. `attempt` counts from 0; `reason` says why the one before it failed."""

    delivery_id: int
    kind: str
    body: str
    attempt: int
    reason: str | None
    due: float


class DeliveryStore:
    """The queue (pending, done, failed) and the log."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def add(self, kind: str, body: str, attempt: int = 0, reason: str | None = None) -> Delivery:
        due = time.time()
        self._forget(due - KEPT_SECONDS)
        cursor = self._db.execute(
            "INSERT INTO deliveries (kind, body, attempt, reason, due, state)"
            " VALUES (?,?,?,?,?,'pending')",
            (kind, body, attempt, reason, due),
        )
        return Delivery(int(cursor.lastrowid or 0), kind, body, attempt, reason, due)

    def _forget(self, before: float) -> None:
        """Drop what is over since long, and its log."""
        self._db.execute("DELETE FROM deliveries WHERE state<>'pending' AND due<?", (before,))
        self._db.execute("DELETE FROM attempts WHERE at<?", (before,))

    def postpone(self, delivery: Delivery, reason: str, delay: float) -> Delivery:
        due, attempt = time.time() + delay, delivery.attempt + 1
        self._db.execute(
            "UPDATE deliveries SET attempt=?, reason=?, due=? WHERE delivery_id=?",
            (attempt, reason, due, delivery.delivery_id),
        )
        return Delivery(delivery.delivery_id, delivery.kind, delivery.body, attempt, reason, due)

    def finish(self, delivery: Delivery, state: str) -> None:
        self._db.execute(
            "UPDATE deliveries SET state=? WHERE delivery_id=?", (state, delivery.delivery_id)
        )

    def pending(self) -> list[Delivery]:
        rows = self._db.execute(
            "SELECT delivery_id, kind, body, attempt, reason, due FROM deliveries"
            " WHERE state='pending' ORDER BY delivery_id"
        )
        return [Delivery(*row) for row in rows]

    def log(
        self,
        kind: str,
        *,
        attempt: int,
        status: int | None,
        reason: str | None,
        latency: float,
        delivery_id: int | None = None,
    ) -> None:
        self._db.execute(
            "INSERT INTO attempts (delivery_id, kind, attempt, status, reason, latency, at)"
            " VALUES (?,?,?,?,?,?,?)",
            (delivery_id, kind, attempt, status, reason, round(latency, 4), time.time()),
        )

    def attempts(self, limit: int = 500) -> list[Json]:
        """The log, oldest first: kind, attempt, status (None: no answer), reason, latency in seconds."""
        rows = self._db.execute(
            "SELECT * FROM (SELECT * FROM attempts ORDER BY attempt_id DESC LIMIT ?)"
            " ORDER BY attempt_id",
            (limit,),
        )
        return [dict(row) for row in rows]
