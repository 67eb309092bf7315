"""Replies as messages: native markdown, feedback buttons, and a small line about where it is from."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextActionsBlock,
    ContextBlock,
    FeedbackButtonsElement,
    MarkdownBlock,
    MarkdownTextObject,
)
from slack_sdk.models.blocks.basic_components import FeedbackButtonObject
from slack_sdk.models.metadata import Metadata

from bot.domain.conversation import Reply, turn_id_of
from bot.slack.blocks.parts import escape
from bot.slack.text import silent
from bot.texts import EN
from bot.texts.chat import ChatTexts

STOP = "stop_reply"
NOTES_LIMIT = 900  # characters: the texts of all blocks together stay below what Slack takes
NAME_LIMIT = 32  # characters of a model's name that are still readable
_REPLY, _DRAFT = "apprentice_reply", "apprentice_draft"
_VOTED_ON = "reply:"  # and its id, of the block with its buttons


def reply_blocks(
    text: str,
    reply: Reply,
    said: ChatTexts,
    *,
    feedback: bool,
    learn_url: str,
    notes: Sequence[str] = (),
) -> list[Block]:
    """The last message of a finished reply: `text` is what stands in it of the answer.

    `feedback`: with buttons; without, nothing of the reply is kept. `notes` are the bot's own
    sentences beside the answer, `learn_url` may be empty.
    """
    about = context_line(reply, said, kept=feedback, learn_url=learn_url)
    beside = "\n".join(escape(note) for note in notes)[:NOTES_LIMIT]
    return [
        MarkdownBlock(text=silent(text)),
        *([_context(beside)] if beside else []),
        _context(about),
        *([feedback_buttons(reply.reply_id, said)] if feedback else []),
    ]


def part_blocks(text: str) -> list[Block]:
    """A message of a long reply that is not its last."""
    return [MarkdownBlock(text=silent(text))]


def draft_blocks(text: str, said: ChatTexts, turn_id: str, *, anew: bool) -> list[Block]:
    """A message while it is written and edited; `anew`: in the place of an earlier answer."""
    return [
        *([MarkdownBlock(text=silent(text))] if text.strip() else []),
        *([_context(said.writing_anew)] if anew else []),
        stop_button(said, turn_id),
    ]


def context_line(reply: Reply, said: ChatTexts, *, kept: bool, learn_url: str) -> str:
    """Where the answer is from, in mrkdwn."""
    learns = said.how_it_learns
    facts = [
        escape(model_name(reply.model)),
        f"<{learn_url}|{learns}>" if learn_url else learns,
        said.stopped if reply.stopped else "",
        said.by_fallback if reply.fallback else "",
        "" if kept else said.not_kept,
    ]
    return " · ".join(filter(None, facts))


def model_name(model: str) -> str:
    """A model as people can read it: of a long fine-tuned one, its own suffix and version."""
    if len(model) <= NAME_LIMIT:
        return model
    pieces = [piece for piece in model.split(":") if piece]
    short = ":".join(pieces[-2:]) if pieces[0] == "ft" and len(pieces) > 2 else model
    if len(short) <= NAME_LIMIT:
        return short
    return f"{short[: NAME_LIMIT - 10]}…{short[-8:]}"


def stop_button(said: ChatTexts, turn_id: str) -> ActionsBlock:
    """Ends an answer; lives only while it is written."""
    button = ButtonElement(action_id=STOP, text=said.stop, value=turn_id)
    return ActionsBlock(block_id=STOP, elements=[button])


def feedback_buttons(reply_id: str, said: ChatTexts = EN.chat) -> ContextActionsBlock:
    """Slack's native 👍/👎 under a reply, which their block names: also of several in one message,
    and before it is noted where the reply stands.
    """
    return ContextActionsBlock(
        block_id=_VOTED_ON + reply_id,
        elements=[
            FeedbackButtonsElement(
                action_id="feedback",
                positive_button=FeedbackButtonObject(
                    text=said.good_reply, value="up", accessibility_label=said.mark_as_good
                ),
                negative_button=FeedbackButtonObject(
                    text=said.correct_this_reply,
                    value="down",
                    accessibility_label=said.mark_as_bad,
                ),
            )
        ],
    )


def reply_of_block(block_id: str) -> str | None:
    """The reply that the buttons in a block are about; None where the block does not say."""
    return block_id.removeprefix(_VOTED_ON) if block_id.startswith(_VOTED_ON) else None


def reply_mark(reply_id: str, part: int = 0, *, shows: int | None = None) -> Metadata:
    """Metadata that tells a finished reply from one that is still written.

    `shows`: how many characters of the reply's end stand in this message.
    """
    about: dict[str, Any] = {"reply_id": reply_id, "part": part}
    return Metadata(_REPLY, about if shows is None else {**about, "shows": shows})


def draft_mark(reply_id: str) -> Metadata:
    """Metadata of a message that is still written."""
    return Metadata(_DRAFT, {"reply_id": reply_id})


def marked_turn(metadata: Mapping[str, Any]) -> str | None:
    """The turn whose reply a message shows; None for a message that is no reply."""
    if metadata.get("event_type") not in (_REPLY, _DRAFT):
        return None
    payload = metadata.get("event_payload") or {}
    return turn_id_of(str(payload.get("reply_id", "")))


def stops(blocks: Iterable[Mapping[str, Any]]) -> str | None:
    """The turn that a message's stop button ends; None where there is no such button."""
    for block in blocks:
        if block.get("block_id") == STOP:
            return str(next((each.get("value") for each in block.get("elements") or ()), ""))
    return None


def is_finished(metadata: Mapping[str, Any]) -> bool:
    """Whether it says that the message is a finished reply, or a part of one."""
    return metadata.get("event_type") == _REPLY


def notification(text: str) -> str:
    """What a message's notification shows of its text."""
    return silent(re.sub(r"\s+", " ", text).strip()[:3000])


def _context(text: str) -> ContextBlock:
    return ContextBlock(elements=[MarkdownTextObject(text=text)])
