"""The processes that train together, when something has set up torch.distributed (Ray does)."""

from typing import Any

import torch


def size() -> int:
    """How many they are."""
    return int(torch.distributed.get_world_size()) if _together() else 1


def is_first() -> bool:
    """Whether this process is the one that reports and writes."""
    return not _together() or int(torch.distributed.get_rank()) == 0


def from_first(value: Any) -> Any:
    """What the first process has, in all of them."""
    if not _together():
        return value
    said = [value]
    torch.distributed.broadcast_object_list(said, src=0)
    return said[0]


def least(value: float) -> float:
    """The smallest of all processes' values."""
    if not _together():
        return value
    values: list[Any] = [None] * size()
    torch.distributed.all_gather_object(values, value)
    return float(min(values))


def _together() -> bool:
    return bool(torch.distributed.is_available() and torch.distributed.is_initialized())
