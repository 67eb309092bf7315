"""Slack's documented limits of Block Kit: what a message or a view may hold.

`check_message` and `check_view` raise SlackRefusal as Slack refuses; `with_ids` gives the blocks the ids that
Slack gives. Used by the chat and views methods and by answers to submissions.
"""

import secrets
from collections.abc import Iterator

from bot.sandbox.block_elements import (
    IN_ACTIONS,
    IN_INPUT,
    Problem,
    check_element,
    check_image,
    check_string,
    check_text,
    kind_of,
)
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal

MARKDOWN_TOTAL = 12_000
_MESSAGE_ONLY = frozenset(
    {"markdown", "context_actions", "table", "task_card", "plan", "file", "card"}
)
_BLOCKS = _MESSAGE_ONLY | {
    "section", "context", "rich_text", "actions", "input", "image", "header", "divider", "video",
}  # fmt: skip


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
        elif block["type"] == "section" and (block.get("accessory") or {}).get("action_id"):
            yield block, block["accessory"]
        elif block["type"] == "input":
            yield block, block["element"]


def _with_ids(block: Json) -> Json:
    made: Json = {**block, "block_id": block.get("block_id") or secrets.token_hex(3)}
    key = {"input": "element", "section": "accessory"}.get(made["type"], "")
    if made.get(key) and made[key]["type"] != "image":
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
        yield from check_string(view, name, "", most)
    blocks = view["blocks"] if isinstance(view.get("blocks"), list) else []
    kinds = {kind_of(block) for block in blocks}
    yield from (
        ("/blocks", f"{kind} blocks are not supported here") for kind in kinds & _MESSAGE_ONLY
    )
    if home:
        return
    yield from check_text(view.get("title"), "/title", 24, plain=True)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            yield from check_text(view[name], f"/{name}", 24, plain=True)
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
        if kind_of(block) not in _BLOCKS:
            yield f"{where}/type", f"unsupported type: {kind_of(block) or 'none'}"
            continue
        block_id = str(block.get("block_id") or "")
        yield from check_string(block, "block_id", where, 255)
        if block_id and block_id in seen:
            yield f"{where}/block_id", "block_id already exists"
        seen.add(block_id)
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
    yield from check_text(block.get("text"), f"{where}/text", 150, plain=True)


def _actions(block: Json, where: str) -> Iterator[Problem]:
    yield from _elements(block, where, IN_ACTIONS, 25)


def _context_actions(block: Json, where: str) -> Iterator[Problem]:
    yield from _elements(block, where, frozenset({"feedback_buttons", "icon_button"}), 5)


def _input(block: Json, where: str) -> Iterator[Problem]:
    yield from check_text(block.get("label"), f"{where}/label", 2000, plain=True)
    yield from check_element(block.get("element"), f"{where}/element", IN_INPUT)


def _parts(block: Json, where: str) -> Iterator[Problem]:
    if not isinstance(block.get("elements", block.get("rows")), list):
        yield where, "missing required field: elements"


def _section(block: Json, where: str) -> Iterator[Problem]:
    fields = block.get("fields")
    if block.get("text") is None and not fields:
        yield where, "missing required field: text or fields"
    if block.get("text") is not None:
        yield from check_text(block["text"], f"{where}/text", 3000)
    if fields and (not isinstance(fields, list) or len(fields) > 10):
        yield f"{where}/fields", "must be an array of no more than 10 items"
        fields = []
    for index, each in enumerate(fields or []):
        yield from check_text(each, f"{where}/fields/{index}", 2000)
    accessory = block.get("accessory")
    if kind_of(accessory) == "image":
        yield from check_image(accessory, f"{where}/accessory")
    elif accessory is not None:
        yield from check_element(accessory, f"{where}/accessory", IN_ACTIONS)


def _context(block: Json, where: str) -> Iterator[Problem]:
    parts = block.get("elements")
    if not isinstance(parts, list) or not 1 <= len(parts) <= 10:
        yield f"{where}/elements", "must have 1 to 10 items"
        return
    for index, each in enumerate(parts):
        if kind_of(each) == "image":
            yield from check_image(each, f"{where}/elements/{index}")
        else:
            yield from check_text(each, f"{where}/elements/{index}", 3000)


def _elements(block: Json, where: str, kinds: frozenset[str], most: int) -> Iterator[Problem]:
    parts = block.get("elements")
    if not isinstance(parts, list) or not 1 <= len(parts) <= most:
        yield f"{where}/elements", f"must have 1 to {most} items"
        return
    ids = [
        str(each["action_id"]) for each in parts if isinstance(each, dict) and each.get("action_id")
    ]
    if len(ids) != len(set(ids)):
        yield f"{where}/elements", "action_id must be unique within a block"
    for index, each in enumerate(parts):
        yield from check_element(each, f"{where}/elements/{index}", kinds)


_CHECKS = {
    "section": _section,
    "markdown": _markdown,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "context_actions": _context_actions,
    "input": _input,
    "image": check_image,
    "rich_text": _parts,
    "table": _parts,
}
