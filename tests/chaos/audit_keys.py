"""No key, task, lock or stream entry is left behind: every key belongs to a family and ends when it should."""

import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.bootstrap.connecting import DOCKET
from tests.chaos.findings import Check
from tests.chaos.quiet import CLOCKED, waiting
from tests.factories import TEAM

FOREVER = -1  # what TTL says of a key without an end; -2 of one that is gone meanwhile
ENDS, STAYS, EITHER = "ends", "stays", "either"
FAMILIES = {
    # deliveries and turns
    "event": ENDS,
    "gone": ENDS,
    "early": ENDS,
    "earlier": ENDS,
    "heard": ENDS,
    "joined": ENDS,
    "thread": ENDS,
    "posted": ENDS,
    "turn": EITHER,  # a verdict keeps it
    "asked-by": STAYS,
    "quota": ENDS,
    "told-waiting": ENDS,
    # feedback
    "verdicts": STAYS,
    "acts": EITHER,
    "copies": STAYS,
    "corrects": ENDS,
    "standing": STAYS,  # counts
    "told": ENDS,
    "to-tell": STAYS,
    "preferences": STAYS,
    # dataset, runs, models
    "examples": STAYS,
    "votes": STAYS,
    "prompt": STAYS,
    "question": STAYS,
    "status": STAYS,
    "author": STAYS,
    "changes": STAYS,
    "feed": STAYS,
    "readers": STAYS,
    "run": STAYS,
    "runs": STAYS,
    "run-keys": STAYS,
    "held-runs": STAYS,
    "notice": STAYS,
    "registry": STAYS,
    "answer": ENDS,
    # who decided what
    "audit": STAYS,
    "audit-people": STAYS,
    "audit-once": STAYS,
    "audit-by": STAYS,
    "audit-action": STAYS,
    "audit-of": STAYS,
    "audit-author": STAYS,
    # work that failed, on its way to be done or to be put aside
    "tries": ENDS,
    "aside": ENDS,
}
NONE_LEFT = ("active-run", "hold")  # only while a run is under way
GLOBAL = {
    "apprentice:workspaces": STAYS,
    "apprentice:schedule": STAYS,
    "apprentice:waiting": STAYS,
}
REPLAYED = "apprentice:replay:"  # signatures of clicks
# What docket keeps while it runs: its stream and schedule, who works, the tasks that go by the clock.
_CLOCKED = "|".join(sorted(CLOCKED))
DOCKETS = re.compile(
    "stream|queue|workers|worker-tasks:.*|task-workers:.*|strikes|perpetual:lock|leases:.*"
    f"|(runs|known|stream-id|progress):({_CLOCKED})|({_CLOCKED})"
)
START = f"apprentice:{{{TEAM}}}:"


def _family(name: str) -> str:
    return name.removeprefix(START).split(":")[0]


@dataclass(frozen=True)
class Keys:
    """Reads the database directly."""

    redis: Redis

    async def checks(self) -> AsyncIterator[Check]:
        """Keys of ours, and docket's."""
        names = [str(name) async for name in self.redis.scan_iter(count=1000)]
        yield await self._ours([name for name in names if not name.startswith(DOCKET)])
        yield await self._tasks([name for name in names if name.startswith(DOCKET)])

    async def _ours(self, names: list[str]) -> Check:
        check, kinds = Check("no orphan key, no hold; what should end has its end"), Counter[str]()
        for name in names:
            family = REPLAYED if name.startswith(REPLAYED) else _family(name)
            kinds[family] += 1
            if name in GLOBAL:
                continue
            if name.startswith(REPLAYED):
                check.look(await self.redis.ttl(name) != FOREVER, f"{name} never ends")
                continue
            if not name.startswith(START) or family in NONE_LEFT or family not in FAMILIES:
                check.look(False, f"orphan key {name}")
                continue
            ends, wanted = await self.redis.ttl(name) != FOREVER, FAMILIES[family]
            check.look(wanted == EITHER or ends == (wanted == ENDS), f"{name} ends: {ends}")
        for turn in [name for name in names if name.startswith(f"{START}turn:")]:
            if await self.redis.ttl(turn) == FOREVER:
                voted = turn.replace(":turn:", ":verdicts:", 1)
                check.look(bool(await self.redis.exists(voted)), f"{turn} stays without a verdict")
        check.about = f"{len(names)} keys of {len(kinds)} families"
        return check

    async def _tasks(self, names: list[str]) -> Check:
        check = Check("no orphan task or stream entry")
        for name in names:
            rest = name.removeprefix(f"{DOCKET}:")
            check.look(bool(DOCKETS.fullmatch(rest)), f"left of docket: {name}")
        check.look(not (left := await waiting(self.redis)), f"tasks: {left}")
        pending = 0
        for group in await self.redis.xinfo_groups(f"{DOCKET}:stream"):
            pending += int(group["pending"])
        entries = await self.redis.xlen(f"{DOCKET}:stream")
        check.look(pending <= len(CLOCKED), f"{pending} entries of the stream are pending")
        check.look(entries <= len(CLOCKED), f"{entries} entries are left in the stream")
        check.about = f"{pending} pending"
        return check
