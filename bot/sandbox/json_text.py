"""JSON as it comes from an app: read, or refused. Used wherever the sandbox takes a body or an answer."""

import json
from typing import Any


def read_json(text: str) -> Any:
    """JSON that can be written again: no NaN, no half of a surrogate pair. Raises ValueError."""
    try:
        value = json.loads(text)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value
