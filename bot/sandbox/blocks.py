"""Slack's documented limits of Block Kit: what a message or a view may hold.

`check_message` and `check_view` raise SlackRefusal as Slack refuses; `with_ids` gives the blocks the ids that
Slack gives. Used by the chat and views methods and by answers to submissions.
"""

import json
import secrets
from collections.abc import Iterator

from bot.sandbox.block_checks import check_block
from bot.sandbox.block_elements import Problem, check_string, check_text, kind_of
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal

MARKDOWN_TOTAL = 12_000
TEXT_TOTAL = 13_200  # all texts of a message's blocks; observed (slackapi/bolt-js issue 2509)
VIEW_BYTES = 250_000
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
    if sum(map(len, _texts(blocks))) > TEXT_TOTAL:
        raise SlackRefusal("msg_blocks_too_long")
    assert isinstance(blocks, list)  # noqa: S101 - a narrowing for the type checker
    return with_ids(blocks)


def check_view(view: object, *, home: bool = False) -> Json:
    """A view's definition, with ids. Raises `invalid_arguments`."""
    problems = list(_view_problems(view, home=home))
    if len(json.dumps(view)) > VIEW_BYTES:
        raise SlackRefusal("view_too_large")
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


def _texts(part: object) -> Iterator[str]:
    """Every text of the blocks that a person reads."""
    if isinstance(part, list):
        for each in part:
            yield from _texts(each)
    elif isinstance(part, dict):
        for name, value in part.items():
            if name == "text" and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)


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
    if sum(kind_of(block) == "table" for block in blocks) > 1:
        yield "", "only_one_table_allowed"
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
        yield from check_block(block, where)
    if markdown > MARKDOWN_TOTAL:
        yield "", f"markdown text must be less than {MARKDOWN_TOTAL + 1} characters in total"
