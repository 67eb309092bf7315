"""Slack's documented limits of what stands inside a block: buttons, selects, inputs, images, texts.

Each check takes whatever JSON the app sent and yields (json-pointer, what is wrong); used by `blocks.py`.
"""

from collections.abc import Iterator

from bot.sandbox.config import Json

IN_ACTIONS = frozenset(
    {
        "button", "static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons",
        "datepicker", "timepicker", "datetimepicker", "users_select", "conversations_select",
        "channels_select", "external_select", "workflow_button", "multi_users_select",
        "multi_channels_select", "multi_conversations_select", "multi_external_select", "icon_button",
    }
)  # fmt: skip
IN_INPUT = (IN_ACTIONS - {"button", "overflow", "workflow_button", "icon_button"}) | {
    "plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input",
    "file_input",
}  # fmt: skip
Problem = tuple[str, str]
_WITH_OPTIONS = frozenset(
    {"static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons"}
)


def kind_of(part: object) -> str:
    """The `type` of a block, element or text; empty where it has none."""
    kind = part.get("type") if isinstance(part, dict) else None
    return kind if isinstance(kind, str) else ""


def check_element(element: object, where: str, kinds: frozenset[str]) -> Iterator[Problem]:
    if not isinstance(element, dict) or kind_of(element) not in kinds:
        yield f"{where}/type", "unsupported element type"
        return
    yield from check_string(element, "action_id", where, 255, empty=False)
    if "placeholder" in element:
        yield from check_text(element["placeholder"], f"{where}/placeholder", 150, plain=True)
    kind = element["type"]
    yield from _confirm(element.get("confirm"), f"{where}/confirm")
    if kind in ("button", "icon_button"):
        yield from _button(element, where)
    elif kind == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            yield from _feedback_button(element.get(name), f"{where}/{name}")
    elif kind in _WITH_OPTIONS:
        yield from _options(element, where)
    else:
        yield from _input(element, where)


def _button(button: Json, where: str) -> Iterator[Problem]:
    yield from check_text(button.get("text"), f"{where}/text", 75, plain=True)
    yield from check_string(button, "value", where, 2000)
    yield from check_string(button, "url", where, 3000)
    yield from check_string(button, "accessibility_label", where, 75)
    if button.get("style") not in (None, "primary", "danger"):
        yield f"{where}/style", "must be primary or danger"


def _confirm(confirm: object, where: str) -> Iterator[Problem]:
    if confirm is None:
        return
    if not isinstance(confirm, dict):
        yield where, "must be an object"
        return
    yield from check_text(confirm.get("title"), f"{where}/title", 100, plain=True)
    yield from check_text(confirm.get("text"), f"{where}/text", 300)
    for name in ("confirm", "deny"):
        yield from check_text(confirm.get(name), f"{where}/{name}", 30, plain=True)


def _input(element: Json, where: str) -> Iterator[Problem]:
    yield from check_string(element, "initial_value", where, 3000)
    for name, least in (("min_length", 0), ("max_length", 1)):
        number = element.get(name)
        if number is not None and not (isinstance(number, int) and least <= number <= 3000):
            yield f"{where}/{name}", f"must be {least} to 3000"
    if element["type"] == "number_input" and not isinstance(
        element.get("is_decimal_allowed"), bool
    ):
        yield f"{where}/is_decimal_allowed", "missing required field: is_decimal_allowed"


def _feedback_button(button: object, where: str) -> Iterator[Problem]:
    if not isinstance(button, dict):
        yield where, "must be an object"
        return
    yield from check_text(button.get("text"), f"{where}/text", 75, plain=True)
    yield from check_string(button, "value", where, 2000, required=True)


def _options(element: Json, where: str) -> Iterator[Problem]:
    options = element.get("options")
    if options is None and element.get("option_groups"):
        yield from _groups(element["option_groups"], where)
        options = _grouped(element["option_groups"])
    most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(element["type"], 100)
    if not isinstance(options, list) or not 1 <= len(options) <= most:
        yield f"{where}/options", f"must have 1 to {most} items"
        return
    for index, each in enumerate(options):
        yield from _option(each, f"{where}/options/{index}")
    chosen = element.get("initial_options") or []
    if not isinstance(chosen, list):
        yield f"{where}/initial_options", "must be an array"
        chosen = []
    if element.get("initial_option") is not None:
        chosen = [*chosen, element["initial_option"]]
    offered = [each.get("value") for each in options if isinstance(each, dict)]
    if any(not isinstance(each, dict) or each.get("value") not in offered for each in chosen):
        yield f"{where}/initial_option", "must be one of the options"


def _groups(groups: object, where: str) -> Iterator[Problem]:
    if isinstance(groups, list) and len(groups) > 100:
        yield f"{where}/option_groups", "no more than 100 items allowed"
    for index, each in enumerate(groups if isinstance(groups, list) else []):
        label = each.get("label") if isinstance(each, dict) else None
        yield from check_text(label, f"{where}/option_groups/{index}/label", 75, plain=True)


def _grouped(groups: object) -> list[object] | None:
    """The options of all groups; None where a group is malformed."""
    if not isinstance(groups, list):
        return None
    lists = [group.get("options") if isinstance(group, dict) else None for group in groups]
    if not all(isinstance(each, list) for each in lists):
        return None
    return [option for each in lists for option in each or []]


def _option(option: object, where: str) -> Iterator[Problem]:
    if not isinstance(option, dict):
        yield where, "must be an object"
        return
    yield from check_text(option.get("text"), f"{where}/text", 75)
    yield from check_string(option, "value", where, 150, required=True)
    if option.get("description") is not None:
        yield from check_text(option["description"], f"{where}/description", 75)


def check_image(image: object, where: str) -> Iterator[Problem]:
    if not isinstance(image, dict):
        yield where, "must be an object"
        return
    if not image.get("image_url") and not image.get("slack_file"):
        yield where, "missing required field: image_url or slack_file"
    yield from check_string(image, "image_url", where, 3000)
    if image.get("title") is not None:
        yield from check_text(image["title"], f"{where}/title", 2000, plain=True)
    file = image.get("slack_file")
    if file is not None and not (
        isinstance(file, dict) and bool(file.get("id")) != bool(file.get("url"))
    ):
        yield f"{where}/slack_file", "must have either id or url"
    yield from check_string(image, "alt_text", where, 2000, required=True)


def check_text(text: object, where: str, most: int, *, plain: bool = False) -> Iterator[Problem]:
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        yield where, "must be a text object"
    elif text.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        yield f"{where}/type", "unsupported text type"
    elif not 1 <= len(text["text"]) <= most:
        yield f"{where}/text", f"must be 1 to {most} characters"


def check_string(
    part: Json, name: str, where: str, most: int, *, required: bool = False, empty: bool = True
) -> Iterator[Problem]:
    """A field that is text of limited length; null counts as absent, unless it may not be `empty`."""
    value = part.get(name)
    if required and not value:
        yield f"{where}/{name}", f"missing required field: {name}"
    elif not empty and name in part and not value:
        yield f"{where}/{name}", "must be a string that is not empty"
    elif value is not None and not isinstance(value, str):
        yield f"{where}/{name}", "must be a string"
    elif len(value or "") > most:
        yield f"{where}/{name}", f"must be less than {most + 1} characters"
