"""Slack's documented limits of each kind of block. Used by `blocks.py`; what stands inside a block: `block_elements.py`."""

from collections.abc import Iterator

from bot.sandbox.block_elements import (
    IN_ACTIONS,
    IN_INPUT,
    Problem,
    check_element,
    check_image,
    check_text,
    kind_of,
)
from bot.sandbox.config import Json

_RICH_TEXT = frozenset(
    {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
)


def check_block(block: Json, where: str) -> Iterator[Problem]:
    """What is wrong with one block whose type is known."""
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
    if block.get("hint") is not None:
        yield from check_text(block["hint"], f"{where}/hint", 2000, plain=True)
    yield from check_element(block.get("element"), f"{where}/element", IN_INPUT)


def _rich_text(block: Json, where: str) -> Iterator[Problem]:
    parts = block.get("elements")
    if not isinstance(parts, list):
        yield f"{where}/elements", "missing required field: elements"
        return
    for index, each in enumerate(parts):
        if kind_of(each) not in _RICH_TEXT:
            yield f"{where}/elements/{index}/type", "unsupported type"


def _table(block: Json, where: str) -> Iterator[Problem]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 100:
        yield f"{where}/rows", "must have 1 to 100 items"
        return
    for index, row in enumerate(rows):
        if not isinstance(row, list) or not 1 <= len(row) <= 20:
            yield f"{where}/rows/{index}", "must have 1 to 20 items"
        elif not all(kind_of(cell) in ("raw_text", "rich_text") for cell in row):
            yield f"{where}/rows/{index}", "unsupported cell type"
    settings = block.get("column_settings")
    if settings is not None and (not isinstance(settings, list) or len(settings) > 20):
        yield f"{where}/column_settings", "no more than 20 items allowed"


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
    "rich_text": _rich_text,
    "table": _table,
}
