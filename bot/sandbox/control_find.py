"""Finds what a request of the control API names, as far as the person who acts may see it.

Used by `control.py`; raises BadRequest with a sentence that says what there is.
"""

from bot.sandbox.config import Json
from bot.sandbox.errors import BadRequest
from bot.sandbox.message_store import Message
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.view_store import View
from bot.sandbox.workspace import PEOPLE


def person(user: str) -> str:
    known = [each.user_id for each in PEOPLE]
    if user not in known:
        raise BadRequest(
            f"There is no person {user!r} to act as; there are: {', '.join(known)}.", 404
        )
    return user


def channel(sandbox: Sandbox, user: str, channel_id: str) -> Json:
    found = sandbox.state.channels.get(channel_id)
    if found is None or person(user) not in found["members"]:
        raise BadRequest(f"{user} sees no channel {channel_id!r}.", 404)
    return found


def message(sandbox: Sandbox, user: str, channel_id: str, ts: str) -> Message:
    where = channel(sandbox, user, channel_id)
    found = sandbox.state.messages.get(where["id"], ts)
    if found is None or found.visible_to not in (None, user):
        raise BadRequest(f"{user} sees no message {ts!r} in {channel_id}.", 404)
    return found


def own_message(sandbox: Sandbox, user: str, channel_id: str, ts: str) -> Message:
    """One's own message; or one that only this person sees, which they may dismiss."""
    found = message(sandbox, user, channel_id, ts)
    if user not in (found.body.get("user"), found.visible_to):
        raise BadRequest("Only the author may change a message.", 403)
    return found


def view(sandbox: Sandbox, user: str, view_id: str) -> View:
    found = sandbox.state.views.get(view_id)
    if found is None or found.user != person(user):
        raise BadRequest(f"{user} has no open view {view_id!r}.", 404)
    return found
