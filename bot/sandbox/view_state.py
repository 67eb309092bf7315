"""What a person filled in, in the shape Slack gives it to the app: `state.values` and `actions`.

Pure functions over Block Kit elements; used by `interactions.py` for clicks and submissions.
"""

from typing import Any

from bot.sandbox.blocks import elements
from bot.sandbox.config import Json
from bot.sandbox.errors import BadRequest

_CHOICE = {
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}
_SEVERAL = {
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}
_ONE = frozenset({"static_select", "radio_buttons", "overflow"})
_MANY = frozenset({"multi_static_select", "checkboxes"})
_NO_STATE = frozenset({"button", "overflow", "feedback_buttons", "icon_button", "workflow_button"})


def filled(blocks: list[Json], values: Json) -> Json:
    """`state.values` of these blocks. `values`: by action_id or block_id; else what the app pre-filled."""
    state: Json = {}
    for block, element in elements(blocks):
        if element["type"] in _NO_STATE:
            continue
        given = _given(block, element, values)
        state.setdefault(block["block_id"], {})[element["action_id"]] = {
            "type": element["type"],
            **_content(element, given),
        }
    return state


def missing(blocks: list[Json], state: Json) -> dict[str, str]:
    """What Slack's own window says under inputs that must be filled in and are not."""
    errors = {}
    for block, element in elements(blocks):
        if block["type"] != "input" or block.get("optional"):
            continue
        content = state[block["block_id"]][element["action_id"]]
        if not any(value for key, value in content.items() if key != "type"):
            errors[block["block_id"]] = "Please complete this required field."
    return errors | too_long(blocks, state)


def too_long(blocks: list[Json], state: Json) -> dict[str, str]:
    """Slack's window counts characters: max_length, and 3,000 in any case."""
    errors = {}
    for block, element in elements(blocks):
        if element["type"] != "plain_text_input" or block["type"] != "input":
            continue
        value = state[block["block_id"]][element["action_id"]]["value"] or ""
        most = min(int(element.get("max_length") or 3000), 3000)
        if len(value) > most:
            errors[block["block_id"]] = f"Please shorten this to {most} characters."
    return errors


def find(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """(block, element) that carries the action. Raises BadRequest naming what there is."""
    there = list(elements(blocks))
    for block, element in there:
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    names = ", ".join(sorted(element["action_id"] for _, element in there)) or "none"
    raise BadRequest(
        f"There is no element with action_id {action_id!r} here; there are: {names}.", 404
    )


def action(block: Json, element: Json, value: Any) -> Json:
    """The entry of `actions` for a click; `value` chooses a button of a pair, an option, or is the text."""
    made: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
    }
    kind = element["type"]
    if kind == "feedback_buttons":
        button = _feedback_button(element, value)
        return {**made, "text": button["text"], "value": button["value"]}
    if kind in ("button", "icon_button"):
        own: Json = {
            key: element[key] for key in ("text", "value", "style", "url") if key in element
        }
        return {**made, **own}
    return {**made, **_content(element, value)}


def _feedback_button(element: Json, value: Any) -> Json:
    buttons: list[Json] = [element["positive_button"], element["negative_button"]]
    for button in buttons:
        if button["value"] == value:
            return button
    offered = " or ".join(repr(button["value"]) for button in buttons)
    raise BadRequest(f"These feedback buttons take the value {offered}, not {value!r}.")


def _given(block: Json, element: Json, values: Json) -> Any:
    for name in (element["action_id"], block["block_id"]):
        if name in values:
            return values[name]
    return _prefilled(element)


def _prefilled(element: Json) -> Any:
    kind = element["type"]
    if kind in _ONE:
        return (element.get("initial_option") or {}).get("value")
    if kind in _MANY:
        return [option["value"] for option in element.get("initial_options", [])]
    if kind in _CHOICE or kind in _SEVERAL:
        return element.get((_CHOICE | _SEVERAL)[kind].replace("selected", "initial"))
    return element.get("initial_value")


def _content(element: Json, given: Any) -> Json:
    kind = element["type"]
    if kind in _ONE:
        return {"selected_option": _option(element, given) if given else None}
    if kind in _MANY:
        wanted = given if isinstance(given, list) else [given] if given else []
        return {"selected_options": [_option(element, each) for each in wanted]}
    if kind in _CHOICE:
        return {_CHOICE[kind]: given or None}
    if kind in _SEVERAL:
        return {_SEVERAL[kind]: given if isinstance(given, list) else [given] if given else []}
    return {"value": str(given) if given not in (None, "") else None}


def _option(element: Json, value: Any) -> Json:
    options: list[Json] = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options.extend(group["options"])
    for option in options:
        if option["value"] == value:
            return option
    offered = ", ".join(option["value"] for option in options)
    raise BadRequest(f"{element['action_id']!r} has no option {value!r}; it has: {offered}.")
