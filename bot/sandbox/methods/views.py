"""views.*: open, stack and change modals; publish a person's Home tab."""

from bot.sandbox.blocks import check_view
from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.methods.content import with_files
from bot.sandbox.view_store import View, new_view
from bot.sandbox.workspace import MEMBERS

STACK = 3


def open_view(call: Call) -> Json:
    """A click's trigger_id opens one modal, in place of whatever was open."""
    definition = check_view(call.structure("view", "invalid_arguments"))
    _check_external_id(call, definition)
    user = call.sandbox.triggers.use(call.required("trigger_id"))
    call.sandbox.state.views.clear(user)
    return _saved(call, new_view(user, "modal", definition, below=None))


def push(call: Call) -> Json:
    """A click inside a modal puts another on top; three at most."""
    definition = check_view(call.structure("view", "invalid_arguments"))
    _check_external_id(call, definition)
    user = call.sandbox.triggers.use(call.required("trigger_id"))
    stack = call.sandbox.state.views.stack(user)
    if not stack:
        raise SlackRefusal("invalid_trigger_id")
    if len(stack) >= STACK:
        raise SlackRefusal("push_limit_reached")
    return _saved(call, new_view(user, "modal", definition, below=stack[-1]))


def update(call: Call) -> Json:
    """By view_id or the app's external_id; `hash` guards against a view that changed meanwhile."""
    view = None
    if call.text("view_id"):
        view = call.sandbox.state.views.get(call.required("view_id"))
    elif call.text("external_id"):
        view = call.sandbox.state.views.by_external_id(call.required("external_id"))
    if view is None:
        raise SlackRefusal("not_found")
    _check_hash(call, view)
    definition = check_view(call.structure("view", "invalid_arguments"), home=view.kind == "home")
    return _saved(call, view.with_definition(definition))


def publish(call: Call) -> Json:
    user = call.required("user_id")
    if user not in MEMBERS:
        raise SlackRefusal("invalid_arguments", "[ERROR] user not found [json-pointer:/user_id]")
    definition = check_view(call.structure("view", "invalid_arguments"), home=True)
    with_files(call, definition["blocks"], "invalid_arguments")
    present = call.sandbox.state.views.home(user)
    if present is None:
        return _saved(call, new_view(user, "home", definition, below=None))
    _check_hash(call, present)
    return _saved(call, present.with_definition(definition))


def _check_hash(call: Call, view: View) -> None:
    if call.text("hash") not in (None, view.body["hash"]):
        raise SlackRefusal("hash_conflict")


def _check_external_id(call: Call, definition: Json) -> None:
    external_id = definition.get("external_id")
    if external_id and call.sandbox.state.views.by_external_id(external_id):
        raise SlackRefusal("duplicate_external_id")


def _saved(call: Call, view: View) -> Json:
    call.sandbox.state.views.save(view)
    call.sandbox.changes.announce()
    return {"view": view.body}


METHODS = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
