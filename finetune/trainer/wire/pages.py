"""Lists in OpenAI's paging: newest first or oldest first, `after` an id, at most `limit`."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Item = TypeVar("Item")


def page(
    items: Sequence[Item],
    *,
    item_id: Callable[[Item], str],
    wire: Callable[[Item], dict[str, Any]],
    after: str | None,
    limit: int,
) -> dict[str, Any]:
    """The part of `items` behind `after`; an unknown `after` gives an empty page."""
    start = 0
    if after:
        places = [place for place, item in enumerate(items) if item_id(item) == after]
        start = places[0] + 1 if places else len(items)
    return first_page(items[start:], item_id=item_id, wire=wire, limit=limit)


def first_page(
    items: Sequence[Item],
    *,
    item_id: Callable[[Item], str],
    wire: Callable[[Item], dict[str, Any]],
    limit: int,
) -> dict[str, Any]:
    """The first `limit` of `items`; that there is one more is enough to say so."""
    shown = items[:limit]
    return {
        "object": "list",
        "data": [wire(item) for item in shown],
        "first_id": item_id(shown[0]) if shown else None,
        "last_id": item_id(shown[-1]) if shown else None,
        "has_more": bool(shown) and len(shown) < len(items),
    }
