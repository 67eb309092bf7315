"""What is suspicious about an example, in one line of the review queue."""

from bot.slack.blocks.parts import code
from bot.texts.home import HomeTexts
from finetune import Example, Suspicion


def flagged(example: Example, said: HomeTexts) -> str:
    """All its flags as mrkdwn; what was found stands in code marks."""
    lines = (
        said.flags.line(flag, code(flag.found) if flag.found else "") for flag in example.flags
    )
    return said.flagged.format(found="; ".join(lines))


def over_cap(example: Example) -> bool:
    """Whether it waits because more came in than may be approved without a look."""
    return any(flag.suspicion is Suspicion.OVER_CAP for flag in example.flags)
