"""The queue as a list: filtered, leafed through, decided about many at once.

What came of many decisions is said by the answer to the form itself, at the list's own address: which
of 200 were overtaken fits into no address, and sending the form again changes nothing more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from bot.decisions import MOST, Outcome, Verdict, Who
from bot.web.curator import Curator
from bot.web.naming import named, people_of
from bot.web.refusals import Refused
from bot.web.rendering import screen
from bot.web.review.deciding import happened, texts_for
from bot.web.services import Services
from finetune import Example, Source, Status, Suspicion
from finetune import Query as Search

PAGE = 50
FARTHEST = 1_000_000  # rows that one can leaf through
SEPARATOR = ":"  # between the look and the id of what is chosen; a look has none


class Filter(BaseModel):
    """What of the queue is listed; `all`: with everything on the page selected."""

    model_config = ConfigDict(frozen=True)

    source: Source | Literal[""] = ""
    author: str = Field(default="", max_length=200)
    flag: Suspicion | Literal["", "any"] = ""
    offset: int = Field(default=0, ge=0, le=FARTHEST)
    all: bool = False

    @property
    def narrow(self) -> bool:
        """Whether anything is left out."""
        return bool(self.source or self.author or self.flag)

    @property
    def search(self) -> Search:
        """As the search understands it."""
        return Search(
            status=Status.PENDING,
            source=self.source or None,
            author=self.author,
            flag=self.flag if isinstance(self.flag, Suspicion) else None,
            flagged=self.flag == "any",
            order="oldest",
        )

    def address(self, **changes: object) -> str:
        """Of the list with this filter, but for these changes."""
        values = {**self.model_dump(mode="json", exclude={"all"}), **changes}
        chosen = {name: value for name, value in values.items() if value}
        return "/curate/review" + (f"?{urlencode(chosen)}" if chosen else "")


@dataclass(frozen=True)
class Told:
    """What came of a decision about many: `others` are those that were left as they are, and why."""

    verdict: Verdict
    outcome: Outcome
    others: tuple[tuple[Example, str], ...]
    undo: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """The page, and what its form does."""

    services: Services

    async def page(
        self, request: Request, curator: Curator, wanted: Filter, told: Told | None = None
    ) -> Response:
        """The rows, oldest first."""
        rows, total, waiting = await self._rows(curator.team, wanted)
        authors = await self.services.workspace(curator.team).search.authors()
        names = await named(self.services, curator.team, {*people_of(rows), *list(authors)[:100]})
        values: dict[str, Any] = {
            "t": texts_for(request),
            "rows": rows,
            "names": names,
            "authors": sorted(list(authors)[:100], key=lambda author: names[author].casefold()),
            "sources": list(Source),
            "kinds": list(Suspicion),
            "wanted": wanted,
            "total": total,
            "waiting": waiting,
            "first": wanted.offset + 1,
            "last": wanted.offset + len(rows),
            "before": wanted.address(offset=max(0, wanted.offset - PAGE)) if wanted.offset else "",
            "after": wanted.address(offset=wanted.offset + PAGE)
            if wanted.offset + len(rows) < total
            else "",
            "told": told,
        }
        return screen(request, curator, "review/list.html", values)

    async def decide(
        self,
        request: Request,
        curator: Curator,
        wanted: Filter,
        verdict: Verdict,
        chosen: Sequence[str],
    ) -> Response:
        """The list after it, with what came of it. Raises Refused above MOST."""
        pairs = [
            (example_id, look) for look, _, example_id in (c.partition(SEPARATOR) for c in chosen)
        ]
        if len(pairs) > MOST or not all(example_id and look for example_id, look in pairs):
            raise Refused("not_understood", 422)
        who = Who(curator.team, curator.user)
        outcome = await self.services.curating.many(who, verdict, pairs)
        rows = await self.services.workspace(curator.team).dataset.many(outcome.overtaken)
        names = await named(self.services, curator.team, people_of(rows))
        said, done = texts_for(request), set(outcome.done)
        told = Told(
            verdict,
            outcome,
            tuple((row, happened(row, curator.user, names, said)) for row in rows),
            tuple(f"{look}{SEPARATOR}{each}" for each, look in pairs if each in done)
            if verdict != "undo"
            else (),
        )
        return await self.page(request, curator, wanted, told)

    async def _rows(self, team: str, wanted: Filter) -> tuple[list[Example], int, int]:
        """The rows, how many there are with this filter, and how many wait at all."""
        workspace = self.services.workspace(team)
        waiting = (await workspace.dataset.counts())[Status.PENDING]
        if not wanted.narrow:
            return await workspace.dataset.pending(wanted.offset, PAGE), waiting, waiting
        found = await workspace.search.find(wanted.search, wanted.offset, PAGE)
        rows = await workspace.dataset.many(found.ids)
        return [row for row in rows if row.status is Status.PENDING], found.total, waiting
