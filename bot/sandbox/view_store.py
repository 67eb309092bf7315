"""Open modals (a stack per person) and published Home tabs, in sqlite.

Written by the `views.*` methods and by answers to submissions; read by `snapshot.py` for the page. Unlike in
Slack, an open modal outlives a reload of the page; it does not outlive the sandbox.
"""

import json
import secrets
import sqlite3
from dataclasses import dataclass, field, replace

from bot.sandbox.config import Json
from bot.sandbox.workspace import APP_ID, BOT_ID, TEAM_ID


@dataclass(frozen=True)
class View:
    """One view as Slack tells the app of it (`body`), and the errors a person sees under its inputs."""

    view_id: str
    user: str
    kind: str
    position: int
    body: Json
    errors: dict[str, str] = field(default_factory=dict)

    def with_definition(self, definition: Json) -> "View":
        """The same view showing something else: id, place in the stack stay; hash changes."""
        kept = {key: self.body[key] for key in _OWN}
        body = {**definition, **kept, "hash": new_hash(), "state": {"values": {}}}
        return replace(self, body=body, errors={})


_OWN = (
    "id",
    "team_id",
    "app_id",
    "app_installed_team_id",
    "bot_id",
    "root_view_id",
    "previous_view_id",
)
_DEFAULTS: Json = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "title": None,
    "close": None,
    "submit": None,
    "clear_on_close": False,
    "notify_on_close": False,
}


def new_hash() -> str:
    return f"{secrets.randbelow(10**10):010d}.{secrets.token_hex(4)}"


def new_view(user: str, kind: str, definition: Json, below: View | None) -> View:
    """A view that was never shown before, on top of `below` where there is one."""
    view_id = "V" + secrets.token_hex(5).upper()
    body = {
        **_DEFAULTS,
        **definition,
        "id": view_id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "root_view_id": below.body["root_view_id"] if below else view_id,
        "previous_view_id": below.view_id if below else None,
        "hash": new_hash(),
        "state": {"values": {}},
    }
    return View(view_id, user, kind, below.position + 1 if below else 0, body)


class ViewStore:
    """Views by id, by person, by the app's own external_id."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def save(self, view: View) -> View:
        self._db.execute(
            "INSERT OR REPLACE INTO views (view_id, user, kind, position, errors, body)"
            " VALUES (?,?,?,?,?,?)",
            (
                view.view_id,
                view.user,
                view.kind,
                view.position,
                json.dumps(view.errors),
                json.dumps(view.body),
            ),
        )
        return view

    def get(self, view_id: str) -> View | None:
        row = self._db.execute("SELECT * FROM views WHERE view_id=?", (view_id,)).fetchone()
        return _view(row) if row else None

    def by_external_id(self, external_id: str) -> View | None:
        rows = self._db.execute("SELECT * FROM views").fetchall()
        return next(
            (view for view in map(_view, rows) if view.body.get("external_id") == external_id), None
        )

    def stack(self, user: str) -> list[View]:
        """The person's open modals, lowest first."""
        rows = self._db.execute(
            "SELECT * FROM views WHERE user=? AND kind='modal' ORDER BY position", (user,)
        )
        return [_view(row) for row in rows]

    def home(self, user: str) -> View | None:
        row = self._db.execute(
            "SELECT * FROM views WHERE user=? AND kind='home'", (user,)
        ).fetchone()
        return _view(row) if row else None

    def remove(self, view_id: str) -> None:
        self._db.execute("DELETE FROM views WHERE view_id=?", (view_id,))

    def clear(self, user: str) -> None:
        """Close every modal of the person."""
        self._db.execute("DELETE FROM views WHERE user=? AND kind='modal'", (user,))

    def clear_all(self) -> None:
        """Close every modal of everyone."""
        self._db.execute("DELETE FROM views WHERE kind='modal'")


def _view(row: sqlite3.Row) -> View:
    return View(
        row["view_id"],
        row["user"],
        row["kind"],
        row["position"],
        json.loads(row["body"]),
        json.loads(row["errors"]),
    )
