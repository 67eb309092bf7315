"""What is news to whom of what a run has learnt."""

import time
from dataclasses import dataclass

from bot.domain.ports import Told
from bot.slack.workspace import Workspace
from finetune import NotFound, Run, Taught, taught

LATELY = 24 * 3600.0  # seconds after which news is none
ALL = "done"  # noted of a run of which everyone has heard


@dataclass(frozen=True)
class Lessons:
    """Of one workspace; `told` says who has heard of which run."""

    told: Told
    team: str
    learning: Workspace

    async def of(self, run: Run) -> dict[str, list[Taught]]:
        """By author what is news to them: also of a run before that not everyone heard of."""
        before, half = await self._before(run)
        news = await taught(run, before, self.learning.dataset, self.learning.snapshots)
        found: dict[str, list[Taught]] = {}
        for author in dict.fromkeys(author for each in news for author in each.authors):
            heard = [
                r for r in half if await self.told.where(self.team, f"news:{r.run_id}:{author}")
            ]
            left = news
            if heard:
                earlier = [*before, *heard]
                left = await taught(run, earlier, self.learning.dataset, self.learning.snapshots)
            found[author] = [each for each in left if author in each.authors]
        return found

    async def _before(self, run: Run) -> tuple[list[Run], list[Run]]:
        """The runs that went live before: those that are no news, and those not told to the end."""
        told: list[Run] = []
        half: list[Run] = []
        for version in await self.learning.registry.history():
            if not version.run_id or version.run_id == run.run_id or version.rollback:
                continue
            try:
                found = await self.learning.runs.get(version.run_id)
            except NotFound:
                continue
            over = time.time() - version.at > LATELY
            over = over or await self.told.where(self.team, f"news:{version.run_id}") == ALL
            (told if over else half).append(found)
        return told, half
