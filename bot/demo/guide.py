"""The guided tour of the page, for the lesson that is next: `tour.json` with its words filled in.

Written by `play.py` into DATA_DIR/run before the sandbox starts, which shows it beside the
conversation.
"""

import json
import re
from pathlib import Path
from typing import Any

from bot.demo.handbook import Lesson
from finetune import digest

TEMPLATE = Path(__file__).with_name("tour.json")
_SPECIAL = re.compile(r"[\\^$.*+?()\[\]{}|/]")  # what the page's regular expressions let be escaped


def write_guide(file: Path, lesson: Lesson) -> None:
    """Replace the tour in `file` by the one that teaches `lesson`."""
    part = file.with_suffix(".part")
    part.write_text(json.dumps(steps(lesson), ensure_ascii=False, indent=2), encoding="utf-8")
    part.replace(file)


def steps(lesson: Lesson) -> list[dict[str, Any]]:
    """Every step. Their ids carry the lesson, so that a page begins anew with a new one."""
    template = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    mark = digest([lesson.question, lesson.answer])[:8]
    return [_filled(step, lesson) | {"id": f"{step['id']}-{mark}"} for step in template]


def _filled(value: Any, lesson: Lesson) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, lesson) for name, inner in value.items()}
    exact = _SPECIAL.sub(r"\\\g<0>", lesson.answer)
    words = {"QUESTION": lesson.question, "ANSWER": lesson.answer, "EXACT_ANSWER": exact}
    return re.sub(r"\{([A-Z_]+)\}", lambda place: words[place[1]], str(value))
