"""What is offered about a question itself."""

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.slack.blocks.parts import section
from bot.texts.chat import ChatTexts


def offer_again(turn_id: str, said: ChatTexts) -> list[Block]:
    """The question was changed after it was answered: answer it again?"""
    button = ButtonElement(
        action_id="answer_again", text=said.answer_again, value=turn_id, style="primary"
    )
    return [section(said.edited), ActionsBlock(elements=[button])]
