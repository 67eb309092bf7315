"""What was put aside, as admins see it in App Home, with what they may do about each of it."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, DividerBlock

from bot.domain.aside import PutAside
from bot.slack.blocks.parts import code, context, date, section
from bot.texts.aside import AsideTexts

SHOWN = 5
AGAIN, DISMISS = "aside_again", "aside_dismiss"


def aside_blocks(entries: Sequence[PutAside], said: AsideTexts) -> list[Block]:
    """Nothing where nothing is put aside; the newest first."""
    if not entries:
        return []
    blocks: list[Block] = [
        DividerBlock(),
        section(f":warning: {said.head.format(number=len(entries))}\n{said.hint}"),
    ]
    for entry in entries[:SHOWN]:
        blocks += [section(_line(entry, said)), _buttons(entry, said)]
    if (more := len(entries) - SHOWN) > 0:
        blocks.append(context(said.more.format(number=more)))
    return blocks


def _line(entry: PutAside, said: AsideTexts) -> str:
    return said.line.format(
        kind=said.kinds.get(entry.piece.kind, said.kind_other),
        id=entry.aside_id,
        date=date(entry.at),
        why=said.whys[entry.why.value],
        error=f" ({code(entry.error)})" if entry.error else "",
    )


def _buttons(entry: PutAside, said: AsideTexts) -> ActionsBlock:
    again = ButtonElement(text=said.again, action_id=AGAIN, value=entry.aside_id)
    dismiss = ButtonElement(text=said.dismiss, action_id=DISMISS, value=entry.aside_id)
    return ActionsBlock(block_id=f"aside-{entry.aside_id}", elements=[again, dismiss])
