"""What the channel sees of a reply's corrections, where the channel's setting says so.

Once a correction is approved (a curator's own is at once), it is shown; changed with the correction,
taken away with it. Called by the durable task after curation, and for what was decided elsewhere.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.domain.conversation import Reply
from bot.domain.correcting import ShownCorrection
from bot.domain.feedback import correction_example
from bot.domain.ports import Preferences, Told, Turns, Verdicts
from bot.errors import SurfaceRefused
from bot.slack.corrected_messages import CorrectedMessages, Shown
from finetune import Dataset, Example, Status, digest

log = structlog.get_logger(__name__)
BEGUN = "begun"  # something may stand there of which nothing was noted yet
LOOKS = 50  # replies looked at in one go


@dataclass(frozen=True)
class Corrected:
    """Keeps in line what counts and what is shown."""

    messages: CorrectedMessages
    preferences: Preferences
    turns: Turns
    verdicts: Verdicts
    told: Told
    dataset_of: Callable[[str], Dataset]

    async def show(self, team: str, reply_id: str) -> None:
        """Show what counts. SurfaceUnavailable while Slack is in trouble."""
        reply = await self.turns.reply(team, reply_id)
        if reply is None:
            return
        standing = await self.verdicts.shown(team, reply_id)
        shown = await self._counts(reply)
        if standing.shows != _print(shown):
            await self._bring(reply, shown, standing)
        await self._follow(reply, shown)

    async def cover(self, team: str, channel: str, ts: str) -> None:
        """Take away what was shown of a reply that is forgotten."""
        try:
            await self.messages.remove(team, channel, ts)
        except SurfaceRefused as error:
            log.info("correction_not_covered", channel=channel, error=str(error))

    async def due(self, team: str) -> list[Reply]:
        """Replies about whose corrections a curator has decided since, wherever that was.

        Looks at some of them, and next time at others.
        """
        found = []
        for reply_id in await self.told.waiting(team, LOOKS):
            reply = await self.turns.reply(team, reply_id)
            if reply is None:
                await self.told.settle(team, reply_id)
            elif _print(await self._counts(reply)) != await self._standing(reply):
                found.append(reply)
        return found

    async def _standing(self, reply: Reply) -> str:
        return (await self.verdicts.shown(reply.team, reply.reply_id)).shows

    async def _bring(self, reply: Reply, shown: Shown | None, standing: ShownCorrection) -> None:
        team, reply_id, ts = reply.team, reply.reply_id, standing.ts
        await self.verdicts.note_shown(team, reply_id, ShownCorrection(ts=ts, shows=BEGUN))
        try:
            ts = await self.messages.bring(reply, shown, ts)
        except SurfaceRefused as error:
            log.info("correction_not_shown", reply=reply_id, error=str(error))
        now = ShownCorrection(ts=ts, shows=_print(shown))
        await self.verdicts.note_shown(team, reply_id, now)

    async def _follow(self, reply: Reply, shown: Shown | None) -> None:
        """Look at it again while somebody's correction is there: a curator may decide anew."""
        given = await self.verdicts.of_reply(reply.team, reply.reply_id)
        waits = any(v.correction for v in given) and await self._wanted(reply)
        if waits or shown is not None:
            await self.told.wait(reply.team, reply.reply_id)
        else:
            await self.told.settle(reply.team, reply.reply_id)

    async def _wanted(self, reply: Reply) -> bool:
        return (await self.preferences.channel(reply.team, reply.channel)).show_corrections

    async def _counts(self, reply: Reply) -> Shown | None:
        """The approved correction, in the curator's words where they are others."""
        if not await self._wanted(reply):
            return None
        found: list[Example] = []
        for verdict in await self.verdicts.of_reply(reply.team, reply.reply_id):
            if verdict.correction:
                example_id = correction_example(reply.reply_id, verdict.user)
                for each in (example_id, f"{example_id}-edited"):
                    example = await self.dataset_of(reply.team).get(each)
                    if example is not None and example.status is Status.APPROVED:
                        found.append(example)
        if not found:
            return None
        last = max(found, key=lambda example: (example.updated_at, example.example_id))
        return Shown(last.answer, tuple(last.authors))


def _print(shown: Shown | None) -> str:
    """Tells one state of what is shown from another."""
    return "" if shown is None else digest([shown.text, shown.who])
