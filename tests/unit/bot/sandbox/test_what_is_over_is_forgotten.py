"""Ids and logs that nobody can use any more do not pile up, nor do modals survive the sandbox."""

import sqlite3
import time
from pathlib import Path

import pytest

from bot.sandbox.database import open_database
from bot.sandbox.delivery_store import DeliveryStore
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.state import ResponseUrlStore, State
from bot.sandbox.triggers import REMEMBERED, Triggers
from bot.sandbox.view_store import new_view


@pytest.fixture
def database(tmp_path: Path) -> sqlite3.Connection:
    return open_database(tmp_path)


def test_a_trigger_is_expired_first_and_forgotten_later() -> None:
    """A used one is forgotten at the same time."""
    now = [0.0]
    triggers = Triggers(3.0, clock=lambda: now[0])
    late, used = triggers.issue("U0ASKER001"), triggers.issue("U0ASKER001")
    assert triggers.use(used) == "U0ASKER001"
    with pytest.raises(SlackRefusal, match="exchanged_trigger_id"):
        triggers.use(used)
    now[0] = 4.0
    with pytest.raises(SlackRefusal, match="expired_trigger_id"):
        triggers.use(late)
    now[0] = 4.0 + REMEMBERED
    triggers.issue("U0ASKER001")
    for forgotten in (late, used):
        with pytest.raises(SlackRefusal, match="invalid_trigger_id"):
            triggers.use(forgotten)


def test_expired_response_urls_are_dropped(
    database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the next one is issued."""
    store = ResponseUrlStore(database)
    store.issue({})
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    token = store.issue({"user": "U0ASKER001"})
    assert database.execute("SELECT count(*) FROM response_urls").fetchone()[0] == 1
    assert store.use(token) == {"user": "U0ASKER001"}


def test_old_deliveries_are_dropped_unless_they_are_still_owed(
    database: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With their log."""
    store = DeliveryStore(database)
    owed, done = store.add("owed", "{}"), store.add("done", "{}")
    store.finish(done, "done")
    store.log("done", attempt=0, status=200, reason=None, latency=0.0)
    later = time.time() + 2 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    new = store.add("new", "{}")
    kept = [row[0] for row in database.execute("SELECT delivery_id FROM deliveries")]
    assert kept == [owed.delivery_id, new.delivery_id]
    assert store.attempts() == []


def test_open_modals_are_closed_by_a_restart(tmp_path: Path) -> None:
    """Published Home tabs stay."""
    state = State(tmp_path)
    for kind in ("modal", "home"):
        state.views.save(new_view("U0ASKER001", kind, {"type": kind, "blocks": []}, below=None))
    state.close()
    state = State(tmp_path)
    assert state.views.stack("U0ASKER001") == []
    assert state.views.home("U0ASKER001") is not None
    state.close()
