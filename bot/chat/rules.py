"""What stands before an answer: where the bot may be used, how much one person may ask."""

from dataclasses import dataclass
from math import ceil

from bot.domain.conversation import Turn
from bot.domain.ports import Quota
from bot.texts.chat import ChatTexts

WHILE = 600  # seconds over which a person's questions are counted
DAY = 86_400  # seconds until a thread is told once more that the bot is not used there


@dataclass(frozen=True)
class Rules:
    """`rate_limit` is in questions per person and ten minutes; 0 for none."""

    quota: Quota
    rate_limit: int

    async def says_closed(self, turn: Turn) -> bool:
        """Whether this turn is told that the bot is not used here; one in each thread is."""
        name = f"closed:{turn.thread_id}"
        return not await self.quota.take(turn.team, name, turn.turn_id, most=1, seconds=DAY)

    async def too_many(self, turn: Turn, said: ChatTexts) -> str:
        """The sentence that says how long to wait; empty while there is room.

        A question counts once, however often it is changed before it is answered.
        """
        if not self.rate_limit:
            return ""
        name = f"questions:{turn.user}"
        wait = await self.quota.take(
            turn.team, name, turn.turn_id, most=self.rate_limit, seconds=WHILE
        )
        if not wait:
            return ""
        minutes = ceil(wait / 60)
        sentence = said.too_many_one if minutes == 1 else said.too_many
        return sentence.format(count=self.rate_limit, minutes=minutes)
