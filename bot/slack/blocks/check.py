"""What the data check says of the training file, for the modal."""

from slack_sdk.models.blocks import Block

from bot.slack.blocks.parts import escape, section
from bot.texts.retrain import RetrainTexts
from finetune import Rehearsal

WARNINGS = 6  # that are shown


def check_blocks(found: Rehearsal | None, said: RetrainTexts) -> list[Block]:
    """Errors, warnings, tokens and money."""
    if found is None:
        return [section(said.check_nothing)]
    lines = [said.check_good]
    if found.errors_total:
        lines = [said.check_errors.format(count=found.errors_total)]
        lines += [f"• {escape(error)}" for error in found.errors]
    if found.warnings:
        lines.append(said.check_warnings)
        lines += [f"• {escape(warning)}" for warning in found.warnings[:WARNINGS]]
    lines.append(_cost(found, said))
    return [section("\n".join(lines))]


def _cost(found: Rehearsal, said: RetrainTexts) -> str:
    if found.cost is None:
        return said.cost_unknown.format(tokens=found.billed_tokens, epochs=found.epochs)
    return said.cost.format(
        amount=found.cost.amount,
        currency=found.cost.currency,
        tokens=found.billed_tokens,
        epochs=found.epochs,
        date=found.cost.as_of,
    )
