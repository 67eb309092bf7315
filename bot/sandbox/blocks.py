"""Slack's documented limits of Block Kit: what a message or a view may hold.

`check_message` and `check_view` raise SlackRefusal as Slack refuses; `with_ids` gives the blocks the ids that
Slack gives. Used by the chat and views methods and by answers to submissions.
"""

import secrets
from collections.abc import Iterator

from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal

MARKDOWN_TOTAL = 12_000
_MESSAGE_ONLY = frozenset(
    {"markdown", "context_actions", "table", "task_card", "plan", "file", "card"}
)
_BLOCKS = _MESSAGE_ONLY | {
    "section", "context", "rich_text", "actions", "input", "image", "header", "divider", "video",
}  # fmt: skip
_IN_ACTIONS = frozenset(
    {
        "button", "static_select", "multi_static_select", "overflow", "checkboxes", "radio_buttons",
        "datepicker", "timepicker", "datetimepicker", "users_select", "conversations_select",
        "channels_select", "external_select", "workflow_button", "multi_users_select",
        "multi_channels_select", "multi_conversations_select", "multi_external_select", "icon_button",
    }
)  # fmt: skip
_IN_INPUT = (_IN_ACTIONS - {"button", "overflow", "workflow_button", "icon_button"}) | {
    "plain_text_input", "number_input", "email_text_input", "url_text_input", "rich_text_input",
    "file_input",
}  # fmt: skip
Problem = tuple[str, str]


def check_message(blocks: object) -> list[Json]:
    """The blocks of a message, with ids. Raises `invalid_blocks`."""
    problems = list(_problems(blocks, most=50))
    if problems:
        raise SlackRefusal("invalid_blocks", *_lines(problems, "/blocks"))
    assert isinstance(blocks, list)  # noqa: S101 - a narrowing for the type checker
    return with_ids(blocks)


def check_view(view: object, *, home: bool = False) -> Json:
    """A view's definition, with ids. Raises `invalid_arguments`."""
    problems = list(_view_problems(view, home=home))
    if problems:
        raise SlackRefusal("invalid_arguments", *_lines(problems, "/view"))
    assert isinstance(view, dict)  # noqa: S101 - a narrowing for the type checker
    return {**view, "blocks": with_ids(view["blocks"])}


def with_ids(blocks: list[Json]) -> list[Json]:
    """Blocks and their elements, each with the id that Slack invents where the app gave none."""
    return [_with_ids(block) for block in blocks]


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """(block, element) of everything that can be clicked or filled in."""
    for block in blocks:
        if block["type"] in ("actions", "context_actions"):
            yield from ((block, element) for element in block["elements"])
        elif block["type"] == "section" and block.get("accessory", {}).get("action_id"):
            yield block, block["accessory"]
        elif block["type"] == "input":
            yield block, block["element"]


def _with_ids(block: Json) -> Json:
    made: Json = {**block, "block_id": block.get("block_id") or secrets.token_hex(3)}
    for key in ("element", "accessory"):
        if key in made and made[key]["type"] != "image":
            made[key] = {"action_id": secrets.token_hex(3), **made[key]}
    if made["type"] in ("actions", "context_actions"):
        made["elements"] = [
            {"action_id": secrets.token_hex(3), **each} for each in made["elements"]
        ]
    return made


def _lines(problems: list[Problem], root: str) -> list[str]:
    return [f"[ERROR] {what} [json-pointer:{root}{where}]" for where, what in problems]


def _view_problems(view: object, *, home: bool) -> Iterator[Problem]:
    if not isinstance(view, dict):
        yield "", "must be an object"
        return
    wanted = "home" if home else "modal"
    if view.get("type") != wanted:
        yield "/type", f"must be {wanted}"
    yield from (
        ("/blocks" + where, what) for where, what in _problems(view.get("blocks"), most=100)
    )
    for name, most in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(view.get(name) or "") > most:
            yield f"/{name}", f"must be less than {most + 1} characters"
    blocks = view["blocks"] if isinstance(view.get("blocks"), list) else []
    kinds = {block.get("type") for block in blocks if isinstance(block, dict)}
    yield from (
        ("/blocks", f"{kind} blocks are not supported here") for kind in kinds & _MESSAGE_ONLY
    )
    if home:
        return
    yield from _text(view.get("title"), "/title", 24, plain=True)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            yield from _text(view[name], f"/{name}", 24, plain=True)
    if "input" in kinds and not view.get("submit"):
        yield "/submit", "missing required field: submit"


def _problems(blocks: object, most: int) -> Iterator[Problem]:
    if not isinstance(blocks, list):
        yield "", "must be an array"
        return
    if len(blocks) > most:
        yield "", f"no more than {most} items allowed"
    seen: set[str] = set()
    markdown = 0
    for index, block in enumerate(blocks):
        where = f"/{index}"
        if not isinstance(block, dict) or block.get("type") not in _BLOCKS:
            yield (
                f"{where}/type",
                f"unsupported type: {block.get('type') if isinstance(block, dict) else block}",
            )
            continue
        block_id = block.get("block_id", "")
        if block_id and block_id in seen:
            yield f"{where}/block_id", "block_id already exists"
        seen.add(block_id)
        if len(block_id) > 255:
            yield f"{where}/block_id", "must be less than 256 characters"
        if block["type"] == "markdown":
            markdown += len(str(block.get("text", "")))
        yield from _block(block, where)
    if markdown > MARKDOWN_TOTAL:
        yield "", f"markdown text must be less than {MARKDOWN_TOTAL + 1} characters in total"


def _block(block: Json, where: str) -> Iterator[Problem]:
    check = _CHECKS.get(block["type"])
    return check(block, where) if check else iter(())


def _markdown(block: Json, where: str) -> Iterator[Problem]:
    if not isinstance(block.get("text"), str) or not block["text"]:
        yield f"{where}/text", "missing required field: text"


def _header(block: Json, where: str) -> Iterator[Problem]:
    yield from _text(block.get("text"), f"{where}/text", 150, plain=True)


def _actions(block: Json, where: str) -> Iterator[Problem]:
    yield from _elements(block, where, _IN_ACTIONS, 25)


def _context_actions(block: Json, where: str) -> Iterator[Problem]:
    yield from _elements(block, where, frozenset({"feedback_buttons", "icon_button"}), 5)


def _input(block: Json, where: str) -> Iterator[Problem]:
    yield from _text(block.get("label"), f"{where}/label", 2000, plain=True)
    yield from _element(block.get("element"), f"{where}/element", _IN_INPUT)


def _parts(block: Json, where: str) -> Iterator[Problem]:
    if not isinstance(block.get("elements", block.get("rows")), list):
        yield where, "missing required field: elements"


def _section(block: Json, where: str) -> Iterator[Problem]:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield where, "missing required field: text or fields"
    if block.get("text") is not None:
        yield from _text(block["text"], f"{where}/text", 3000)
    if fields and len(fields) > 10:
        yield f"{where}/fields", "no more than 10 items allowed"
    for index, each in enumerate(fields or []):
        yield from _text(each, f"{where}/fields/{index}", 2000)
    accessory = block.get("accessory")
    if accessory is not None and accessory.get("type") == "image":
        yield from _image(accessory, f"{where}/accessory")
    elif accessory is not None:
        yield from _element(accessory, f"{where}/accessory", _IN_ACTIONS)


def _context(block: Json, where: str) -> Iterator[Problem]:
    parts = block.get("elements")
    if not isinstance(parts, list) or not 1 <= len(parts) <= 10:
        yield f"{where}/elements", "must have 1 to 10 items"
        return
    for index, each in enumerate(parts):
        if each.get("type") == "image":
            yield from _image(each, f"{where}/elements/{index}")
        else:
            yield from _text(each, f"{where}/elements/{index}", 3000)


def _elements(block: Json, where: str, kinds: frozenset[str], most: int) -> Iterator[Problem]:
    parts = block.get("elements")
    if not isinstance(parts, list) or not 1 <= len(parts) <= most:
        yield f"{where}/elements", f"must have 1 to {most} items"
        return
    ids = [each.get("action_id") for each in parts if each.get("action_id")]
    if len(ids) != len(set(ids)):
        yield f"{where}/elements", "action_id must be unique within a block"
    for index, each in enumerate(parts):
        yield from _element(each, f"{where}/elements/{index}", kinds)


def _element(element: object, where: str, kinds: frozenset[str]) -> Iterator[Problem]:
    if not isinstance(element, dict) or element.get("type") not in kinds:
        yield f"{where}/type", "unsupported element type"
        return
    if len(element.get("action_id", "")) > 255:
        yield f"{where}/action_id", "must be less than 256 characters"
    if "placeholder" in element:
        yield from _text(element["placeholder"], f"{where}/placeholder", 150, plain=True)
    if element["type"] in ("button", "icon_button"):
        yield from _text(element.get("text"), f"{where}/text", 75, plain=True)
        yield from _value(element, where)
    elif element["type"] == "feedback_buttons":
        for name in ("positive_button", "negative_button"):
            button = element.get(name) or {}
            yield from _text(button.get("text"), f"{where}/{name}/text", 75, plain=True)
            yield from _value(button, f"{where}/{name}")
    elif element["type"] == "plain_text_input":
        if len(element.get("initial_value") or "") > 3000:
            yield f"{where}/initial_value", "must be less than 3001 characters"
    elif "options" in element or element["type"] in ("static_select", "overflow", "checkboxes"):
        yield from _options(element, where)


def _value(element: Json, where: str) -> Iterator[Problem]:
    if len(element.get("value") or "") > 2000:
        yield f"{where}/value", "must be less than 2001 characters"


def _options(element: Json, where: str) -> Iterator[Problem]:
    options = element.get("options")
    if options is None and element.get("option_groups"):
        options = [each for group in element["option_groups"] for each in group.get("options", [])]
    most = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}.get(element["type"], 100)
    if not isinstance(options, list) or not 1 <= len(options) <= most:
        yield f"{where}/options", f"must have 1 to {most} items"
        return
    for index, each in enumerate(options):
        yield from _text(each.get("text"), f"{where}/options/{index}/text", 75)
        if len(each.get("value") or "") > 150:
            yield f"{where}/options/{index}/value", "must be less than 151 characters"


def _image(image: Json, where: str) -> Iterator[Problem]:
    if not image.get("image_url") and not image.get("slack_file"):
        yield where, "missing required field: image_url or slack_file"
    if not image.get("alt_text"):
        yield f"{where}/alt_text", "missing required field: alt_text"


def _text(text: object, where: str, most: int, *, plain: bool = False) -> Iterator[Problem]:
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        yield where, "must be a text object"
    elif text.get("type") not in (("plain_text",) if plain else ("plain_text", "mrkdwn")):
        yield f"{where}/type", "unsupported text type"
    elif not 1 <= len(text["text"]) <= most:
        yield f"{where}/text", f"must be 1 to {most} characters"


_CHECKS = {
    "section": _section,
    "markdown": _markdown,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "image": _image,
    "rich_text": _parts,
    "table": _parts,
}
