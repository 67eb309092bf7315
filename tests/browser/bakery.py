"""What Hoshi Bakery's model knows: sensible answers to the questions of the tests and pictures."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import bot.demo
from tests.factories import ADMIN, CURATOR

HANDBOOK = "C0HANDBOOK"
TALK = (
    (CURATOR, "Good morning! The handbook is up to date again: opening hours, leave, allergens."),
    (ADMIN, "Thank you Ben. New colleagues can simply ask the apprentice from today."),
)
MODEL, BASE = "handbook-2026-10", "gpt-4.1-mini-2025-04-14"
BETTER = "ft:gpt-4.1-mini-2025-04-14:hoshi-bakery:handbook-2026-11:B7xk2"

LEAVE = "How many days of paid leave do we get?"
OLD_LEAVE = (
    "You get **20 days** of paid leave a year. Full-time staff earn them from the first day; "
    "part-time staff earn them in proportion to their hours."
)
NEW_LEAVE = (
    "You get **25 days** of paid leave a year, since January 2026. Full-time staff earn them from "
    "the first day; part-time staff earn them in proportion to their hours."
)
SOURDOUGH = "How do we make the country sourdough?"
RECIPE = """\
Here is how we make the **country sourdough**, for 12 loaves:

| Step | When | What to do |
|---|---|---|
| Levain | 14:00 | Feed the starter 1:2:2 and keep it at 26 °C |
| Dough | 18:00 | Mix 6 kg flour, 4.3 l water, 1.2 kg levain, 120 g salt |
| Folds | until 20:30 | Four folds, one every half hour |
| Cold rest | overnight | 18 hours at 4 °C, shaped, in baskets |
| Bake | 5:15 | Oven 2, 245 °C with steam, 42 minutes |

1. Keep the dough at **24 °C**; in summer use water from the fridge.
2. Score each loaf once, deep and off the middle.
3. Let them cool for an hour before they go into the shop.

> Ask Sora Abe (extension 318) when oven 2 does not hold its heat.
"""
OPENING = "What time does the shop open on Sundays?"
SATURDAYS = "What time does the shop open on Saturdays?"
OPENS = "On Sundays the shop opens at **8:00** and closes at **16:00**. It is closed on Mondays."
BREAKDOWN = "Who do I call when an oven breaks down?"
OLD_CALL = "Call **Kenji Mori** in maintenance, extension 214."
NEW_CALL = "Call **Sora Abe** in maintenance, extension 318."
SICK = "How do I report a sick day?"
SICK_ANSWER = (
    "Message your shift lead before **6:00**. From the third day on, bring a doctor's note."
)
DISCOUNT = "How large is the staff discount?"
OLD_DISCOUNT = "Staff pay 30 percent less on everything that is baked in house."
NEW_DISCOUNT = "Staff pay 40 percent less on everything that is baked in house, cakes included."
JAPANESE_LEAVE = "有給休暇は年に何日ありますか？"
JAPANESE_ANSWER = "有給休暇は年に **20 日** です。入社初日から付与されます。"

LONG_RULES = "\n\n".join(
    f"Rule {n}: wash your hands for thirty seconds before you touch dough, bread or tools."
    for n in range(1, 61)
)
ITEMS = 120
LONG_CODE = (
    "Here is the list:\n\n```python\nPRICES = {\n"
    + "".join(
        f'    "item-{n:03}": {120 + n},  # {"-".join(["country", "loaf"] * 8)}\n'
        for n in range(ITEMS)
    )
    + "}\n```\n"
)

_KNOWN = {
    LEAVE: OLD_LEAVE,
    SOURDOUGH: RECIPE,
    OPENING: OPENS,
    BREAKDOWN: OLD_CALL,
    SICK: SICK_ANSWER,
    DISCOUNT: OLD_DISCOUNT,
    JAPANESE_LEAVE: JAPANESE_ANSWER,
    "And on public holidays?": "On public holidays it opens at **9:00** and closes at **14:00**.",
    SATURDAYS: ("On Saturdays the shop opens at **7:00** and closes at **18:00**."),
}
LEARNT = {LEAVE: NEW_LEAVE, BREAKDOWN: NEW_CALL, DISCOUNT: NEW_DISCOUNT}


def known(model: str, messages: list[dict[str, Any]]) -> str:
    """The answer of a model; one that was fine-tuned here knows what was corrected."""
    asked = messages[-1]["content"]
    parts = asked if isinstance(asked, list) else [{"type": "text", "text": asked}]
    question = "\n".join(part["text"] for part in parts if part["type"] == "text").strip()
    if model.startswith("ft:") and question in LEARNT:
        return LEARNT[question]
    if any(part["type"] != "text" for part in parts):
        return "The picture shows loaves with large holes: the dough was **over-proofed**."
    return _KNOWN.get(question) or handbook().get(question) or _by_file(question)


@cache
def handbook() -> dict[str, str]:
    """The questions and answers of the demo's handbook that are not among the above."""
    lines = Path(bot.demo.__file__).with_name("handbook.jsonl").read_text("utf-8").splitlines()
    rows = [[each["content"] for each in json.loads(line)["messages"]] for line in lines]
    return {question: answer for question, answer in rows if question not in _KNOWN}


def _by_file(question: str) -> str:
    """About a text that came with the question."""
    if "Saturday" in question:
        return "Most loaves were sold on **Saturday**: 214, about a third more than on other days."
    if "allergens" in question:
        return "The plan names three allergens: **wheat, milk and eggs**."
    return "I do not know that. The handbook says nothing about it."
