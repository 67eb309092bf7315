"""The modal in which somebody writes what a reply should have been.

A reply that is longer than one field lies in several, cut where white space is. What is cut away
between two fields travels in the modal's metadata, so that nothing is lost when they are joined.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    Option,
    PlainTextInputElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.conversation import Reply
from bot.domain.feedback import Feedback
from bot.slack.blocks.parts import FIELD_LIMIT, section
from bot.texts.feedback import FeedbackTexts

PIECE = 2_700  # characters put into one field of several: room to write more
FIELDS = 8
_METADATA = 2_500  # characters of separators; Slack takes 3,000 in all
_BREAKS = (re.compile(r"\s*\n\s*\n\s*"), re.compile(r"\s*\n\s*"), re.compile(r"\s+"))


class Pieces(NamedTuple):
    """A text in fields: `between[i]` stood between `texts[i]` and the next."""

    texts: tuple[str, ...]
    between: tuple[str, ...]


def correction_view(reply: Reply, mine: Feedback | None, said: FeedbackTexts) -> View:
    """The modal behind 👎. `mine` is what the user said about the reply before."""
    written = (mine.correction if mine else None) or reply.content
    pieces = in_pieces(written)
    texts, between = pieces or Pieces(("",), ())
    about = {"reply_id": reply.reply_id} | ({"between": between} if between else {})
    return View(
        type="modal",
        callback_id="correction",
        title=said.title,
        submit=said.save,
        close=said.cancel,
        private_metadata=json.dumps(about, ensure_ascii=False),
        blocks=[
            *([] if pieces else [section(said.too_long)]),
            *_fields(texts, said),
            _reason(mine, said),
            _note(mine, said),
        ],
    )


def corrected_text(view: Mapping[str, Any]) -> str:
    """What was written into the fields of the modal, joined as it was cut."""
    between = json.loads(view["private_metadata"]).get("between", ())
    written = ""
    for number in range(len(between) + 1):
        text = entered(view, _field_id(number)) or ""
        apart = between[number - 1] if number and written and text else ""
        written += apart + text
    return written.strip()


def entered(view: Mapping[str, Any], name: str) -> str | None:
    """What was entered into the input `name`, typed or selected."""
    state = view["state"]["values"].get(name, {}).get(name, {})
    chosen = (state.get("selected_option") or {}).get("value")
    return state.get("value") or chosen


def in_pieces(text: str) -> Pieces | None:
    """At paragraphs, else lines, else words; None when it is too long for a modal."""
    if len(text) <= FIELD_LIMIT:
        return Pieces((text,), ())
    texts: list[str] = []
    between: list[str] = []
    while len(text) > PIECE:
        start, end = _cut(text)
        texts.append(text[:start])
        between.append(text[start:end])
        text = text[end:]
    texts.append(text)
    fits = len(texts) <= FIELDS and len(json.dumps(between)) <= _METADATA
    return Pieces(tuple(texts), tuple(between)) if fits and all(texts) else None


def _cut(text: str) -> tuple[int, int]:
    """Start and end of the white space at which to cut; empty where there is none."""
    for border in _BREAKS:
        found = [m.span() for m in border.finditer(text) if PIECE // 2 <= m.start() <= PIECE]
        if found:
            return found[-1]
    return PIECE, PIECE


def _field_id(number: int) -> str:
    return "correction" if number == 0 else f"correction-{number + 1}"


def _fields(texts: Sequence[str], said: FeedbackTexts) -> list[Block]:
    """Of several, each may be left empty: that part of the reply is dropped."""
    several = len(texts) > 1
    return [
        InputBlock(
            block_id=_field_id(number),
            label=said.wanted_part.format(number=number + 1, total=len(texts))
            if several
            else said.wanted,
            hint=said.wanted_hint if number + 1 == len(texts) else None,
            optional=several,
            element=PlainTextInputElement(
                action_id=_field_id(number),
                multiline=True,
                max_length=FIELD_LIMIT,
                initial_value=text or None,
            ),
        )
        for number, text in enumerate(texts)
    ]


def _reason(mine: Feedback | None, said: FeedbackTexts) -> InputBlock:
    options = {value: Option(value=value, text=text) for value, text in said.reasons.items()}
    return InputBlock(
        block_id="reason",
        label=said.reason,
        optional=True,
        element=StaticSelectElement(
            action_id="reason",
            options=list(options.values()),
            initial_option=options.get((mine.reason if mine else None) or ""),
        ),
    )


def _note(mine: Feedback | None, said: FeedbackTexts) -> InputBlock:
    note = (mine.note if mine else None) or None
    return InputBlock(
        block_id="note",
        label=said.note,
        optional=True,
        element=PlainTextInputElement(action_id="note", max_length=500, initial_value=note),
    )
