"""Warnings of models that their provider will shut down, with what to do."""

import time
from collections.abc import Sequence

from bot.slack.blocks.parts import code, date
from bot.texts.runs import RunTexts
from finetune import Retiring


def retiring_lines(ending: Sequence[Retiring], champion: str, said: RunTexts) -> list[str]:
    """For `/retrain status` and App Home: one line for each, when it is within reach."""
    now = time.time()
    return [
        retiring_line(each, champion, said, now)
        for each in ending
        if each.threshold(now) is not None
    ]


def retiring_line(each: Retiring, champion: str, said: RunTexts, now: float) -> str:
    """What ends when, and what to do about it."""
    days = each.days_left(now)
    if days < 0:
        what = said.ended
    else:
        what = {0: said.ends_last, 1: said.ends_tomorrow}.get(days, said.ends)
    line = what.format(model=code(each.model), date=date(each.at), days=days)
    return f"{line} {said.ends_champion if each.model == champion else said.ends_base}"
