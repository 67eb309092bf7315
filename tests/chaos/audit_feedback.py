"""Each vote and correction is kept once with its last value, and the dataset says the same."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.adapters.redis import RedisTurns, RedisVerdicts
from bot.curation import derive
from bot.domain.feedback import Feedback, correction_example, thumbs_example
from finetune.bootstrap import Workspace
from tests.chaos.accepted import Accepted
from tests.chaos.findings import Check
from tests.chaos.load import Load
from tests.chaos.people import Opinion, Opinions
from tests.factories import TEAM


@dataclass(frozen=True)
class Votes:
    """Reads through the bot's own stores."""

    load: Load
    opinions: Opinions
    accepted: Accepted
    turns: RedisTurns
    verdicts: RedisVerdicts
    workspace: Workspace

    async def checks(self) -> AsyncIterator[Check]:
        """What people said against what is kept; what is kept against the dataset."""
        yield await self._verdicts()
        yield await self._examples()

    async def _verdicts(self) -> Check:
        check, unknown = Check("each vote and correction is kept once, its last value"), 0
        for (number, user), last in self.opinions.last.items():
            events = self.opinions.events[(number, user)]
            taken = (number, user) not in self.opinions.untaken
            if not taken or not all(map(self.accepted.deed, events)):
                unknown += 1
                continue
            kept = await self.verdicts.of(TEAM, self.load.sent[number].turn_id, user)
            check.look(_same(last, kept), f"#{number} by {user}: said {last}, kept {kept}")
        check.about = f"{unknown} never acknowledged" if unknown else ""
        return check

    async def _examples(self) -> Check:
        check = Check("the dataset says what the verdicts say")
        for number in sorted({number for number, _user in self.opinions.last}):
            reply_id = self.load.sent[number].turn_id
            reply = await self.turns.reply(TEAM, reply_id)
            given = await self.verdicts.of_reply(TEAM, reply_id)
            if reply is None:
                check.look(not given, f"#{number} has verdicts and no reply")
                continue
            made = derive(reply, given, frozenset(verdict.user for verdict in given))
            possible = {thumbs_example(reply_id)}
            possible |= {
                correction_example(reply_id, u) for n, u in self.opinions.last if n == number
            }
            for example_id in possible:
                kept, wanted = await self.workspace.dataset.get(example_id), made.get(example_id)
                voted = kept is not None and any(v.example_id == example_id for v in kept.votes)
                taught = kept.answer if kept is not None and voted else None
                same = taught == (wanted and wanted.answer)
                check.look(same, f"{example_id}: {taught!r}, not {wanted and wanted.answer!r}")
        return check


def _same(last: Opinion, kept: Feedback | None) -> bool:
    said = None if kept is None else (kept.rating.value, kept.correction)
    return said == last
