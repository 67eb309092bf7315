"""What has been told of each choice so far, gathered from its parts."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from finetune.trainer.engine import Delta, End, Token
from finetune.trainer.serving.answering import Answers


@dataclass
class Told:
    """One choice, whole when `end` is there."""

    text: str = ""
    tokens: list[Token] = field(default_factory=list)
    end: End = field(default_factory=lambda: End("stop", 0, 0))

    def add(self, part: Delta | End) -> None:
        """One more part."""
        if isinstance(part, End):
            self.end = part
        else:
            self.text += part.text
            self.tokens += part.tokens


async def all_told(answers: Answers, count: int) -> list[Told]:
    """Every choice, when all are whole."""
    told = [Told() for _ in range(count)]
    async for index, part in answers:
        told[index].add(part)
    return told


def usage(prompts: Sequence[End], ends: Sequence[End]) -> dict[str, int]:
    """Tokens read (one end for each prompt) and said (one for each answer, also unsent ones)."""
    asked = sum(end.prompt_tokens for end in prompts)
    said = sum(end.completion_tokens for end in ends)
    return {"prompt_tokens": asked, "completion_tokens": said, "total_tokens": asked + said}


def shown(piece: bytes) -> str:
    """A token as text; half a character is shown as its mark."""
    return piece.decode("utf-8", errors="replace")
