"""The modal in which somebody writes what a reply should have been."""

import json

from slack_sdk.models.blocks import InputBlock, Option, PlainTextInputElement, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.conversation import Reply
from bot.slack.blocks.parts import FIELD_LIMIT

REASONS = {
    "wrong": "It is wrong",
    "outdated": "It is out of date",
    "tone": "The tone",
    "format": "The format",
    "unsafe": "It is unsafe",
    "other": "Something else",
}


def correction_view(reply: Reply, mine: str | None) -> View:
    """The modal behind 👎. `mine` is the user's earlier correction."""
    written = mine or reply.content
    return View(
        type="modal",
        callback_id="correction",
        title="Correct this reply",
        submit="Save",
        close="Cancel",
        private_metadata=json.dumps({"reply_id": reply.reply_id}),
        blocks=[
            InputBlock(
                block_id="correction",
                label="What should the reply have been?",
                hint="The next retraining learns exactly this text.",
                element=PlainTextInputElement(
                    action_id="correction",
                    multiline=True,
                    max_length=FIELD_LIMIT,
                    initial_value=written if len(written) <= FIELD_LIMIT else None,
                ),
            ),
            InputBlock(
                block_id="reason",
                label="What was wrong with it?",
                optional=True,
                element=StaticSelectElement(
                    action_id="reason",
                    options=[Option(value=v, text=t) for v, t in REASONS.items()],
                ),
            ),
            InputBlock(
                block_id="note",
                label="A note for the curator",
                optional=True,
                element=PlainTextInputElement(action_id="note", max_length=500),
            ),
        ],
    )
