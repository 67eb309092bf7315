"""The emoji of the workspace by their Slack names: the list that the page draws from, read once from static/.

Used wherever somebody reacts: `methods/reactions.py` for the app, `control.py` for people.
"""

import json
import re
from pathlib import Path

EMOJI = frozenset(
    json.loads((Path(__file__).parent / "static" / "emoji.json").read_text(encoding="utf-8"))
)
_TONE = re.compile("::skin-tone-[2-6]$")


def is_emoji(name: str) -> bool:
    """`+1` and `+1::skin-tone-3` are, `not_there` is not."""
    return _TONE.sub("", name) in EMOJI
