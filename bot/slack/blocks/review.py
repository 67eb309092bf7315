"""One example that waits for a curator: question, what was said, what it should be, who says so."""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
)
from slack_sdk.models.views import View

from bot.domain.feedback import Feedback, Rating
from bot.slack.blocks.correction import in_pieces
from bot.slack.blocks.diff import diff_block, text_block
from bot.slack.blocks.flags import flagged
from bot.slack.blocks.notice import notice_view
from bot.slack.blocks.parts import FIELD_LIMIT, context, entered, escape, section, unmarked
from bot.texts.feedback import FeedbackTexts
from bot.texts.home import HomeTexts
from finetune import Example, Source

QUESTION, ANSWER, RIVAL, NOTE = 1_500, 2_800, 600, 300  # letters shown of each
FLAGS = 2_900  # Slack takes 3,000 letters in a section
VOICES = 8  # people named under an example
_PERSON = re.compile(r"[UW][A-Z0-9]{4,}")


class Waiting(NamedTuple):
    """What a curator decides about; `rival` is another answer to the same question that holds."""

    example: Example
    verdicts: tuple[Feedback, ...] = ()
    rival: str = ""


class Chosen(NamedTuple):
    """The example that a button is about, and which wording of it was seen."""

    example_id: str
    seen: str


def review_blocks(
    waiting: Waiting,
    number: int,
    said: HomeTexts,
    feedback: FeedbackTexts,
    share: int = 1,
) -> list[Block]:
    """One example with its three buttons; `number` tells it from the others on the page.

    `share`: of how many that have to fit into the view, so that each text is that much shorter.
    """
    example = waiting.example
    before = example.rejected if example.source is Source.CORRECTION else None
    answer = ANSWER // share
    blocks: list[Block] = [section(said.question), text_block(example.question, QUESTION // share)]
    if before is None:
        blocks += [section(said.reply_good), text_block(example.answer, answer)]
    else:
        blocks += [section(said.reply_corrected), diff_block(before, example.answer, answer)]
    if waiting.rival:
        blocks += [section(said.rival), text_block(unmarked(waiting.rival), RIVAL // share)]
    if example.flags:
        blocks.append(section(flagged(example, said)[:FLAGS]))
    voices = _voices(waiting, feedback) or said.by.format(authors=people(example.authors))
    blocks.append(context(*([said.doubted] if "bad" in example.reason else []), voices))
    return [*blocks, ActionsBlock(block_id=f"review-{number}", elements=_buttons(example, said))]


def edit_view(
    example: Example, chosen: Chosen, page: str, said: HomeTexts, feedback: FeedbackTexts
) -> View:
    """The modal in which a curator puts the answer into other words; `page`: where Home stands."""
    pieces = in_pieces(example.answer)
    if pieces is None:
        return notice_view(said.edit_title, said.edit_too_long, said.close)
    about = {**chosen._asdict(), "page": page, "between": pieces.between}
    several = len(pieces.texts) > 1
    fields = [
        InputBlock(
            block_id=(name := "correction" if number == 1 else f"correction-{number}"),
            label=feedback.wanted_part.format(number=number, total=len(pieces.texts))
            if several
            else said.edit_label,
            hint=said.edit_hint if number == len(pieces.texts) else None,
            optional=several,
            element=PlainTextInputElement(
                action_id=name, multiline=True, max_length=FIELD_LIMIT, initial_value=text
            ),
        )
        for number, text in enumerate(pieces.texts, 1)
    ]
    return View(
        type="modal",
        callback_id="review_edit",
        title=said.edit_title,
        submit=said.edit_submit,
        close=said.cancel,
        private_metadata=json.dumps(about, ensure_ascii=False),
        blocks=[
            section(said.question),
            text_block(example.question, QUESTION),
            *([section(flagged(example, said)[:FLAGS])] if example.flags else []),
            *fields,
        ],
    )


def chosen(value: str) -> Chosen | None:
    """Which example a button or a modal names; None where Slack carries something else."""
    try:
        found = json.loads(value)
        return Chosen(str(found["example_id"]), str(found["seen"]))
    except (KeyError, TypeError, ValueError):
        return None


def people(users: Sequence[str]) -> str:
    """Names as Slack shows them; who came from elsewhere by their own."""
    named = [f"<@{user}>" if _PERSON.fullmatch(user) else escape(user) for user in users]
    more = f" +{len(named) - VOICES}" if len(named) > VOICES else ""
    return ", ".join(named[:VOICES]) + more


def _voices(waiting: Waiting, feedback: FeedbackTexts) -> str:
    """Who voted and corrected, with the reason and the note they gave."""
    lines = [_voice(verdict, feedback) for verdict in waiting.verdicts[:VOICES]]
    more = len(waiting.verdicts) - VOICES
    return "\n".join([*lines, *([f"+{more}"] if more > 0 else [])])


def _voice(verdict: Feedback, feedback: FeedbackTexts) -> str:
    parts = [f"{'👍' if verdict.rating is Rating.UP else '👎'} <@{verdict.user}>"]
    if verdict.reason:
        parts.append(feedback.reasons.get(verdict.reason, escape(verdict.reason)))
    if verdict.note:
        parts.append(f"“{entered(verdict.note, NOTE)}”")
    return " · ".join(parts)


def _buttons(example: Example, said: HomeTexts) -> list[ButtonElement]:
    value = json.dumps(Chosen(example.example_id, example.look)._asdict())
    return [
        ButtonElement(text=said.approve, action_id="review_approve", value=value, style="primary"),
        ButtonElement(text=said.edit, action_id="review_edit", value=value),
        ButtonElement(text=said.reject, action_id="review_reject", value=value, style="danger"),
    ]
