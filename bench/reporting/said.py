"""How a bench says what it found: one line of JSON for the report, or its section on a terminal."""

import json
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.markdown import Markdown


def say(found: dict[str, Any], markdown: Callable[[dict[str, Any]], str], *, as_json: bool) -> None:
    """On standard output. `markdown` is given what the report would read: keys are text."""
    line = json.dumps(found)
    if as_json:
        print(line)
    else:
        Console().print(Markdown(markdown(json.loads(line))))
