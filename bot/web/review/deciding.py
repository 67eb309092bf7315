"""One decision: done by the core, then on to the next example, or to the page that says who was faster."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from bot.decisions import Who
from bot.texts.desk import review as texts
from bot.texts.desk.review import ReviewTexts
from bot.web.curator import Curator
from bot.web.naming import named, people_of
from bot.web.refusals import Refused
from bot.web.rendering import screen, spoken
from bot.web.review.turning import Turning, address
from bot.web.services import Services
from finetune import Example, NotFound, Overtaken, Status

Act = Literal["approve", "reject", "edit", "undo"]
DONE = {"approve": "approved", "reject": "rejected", "edit": "edited", "undo": "undone"}


@dataclass(frozen=True)
class Form:
    """What was sent: `seen` is the look of what the curator saw."""

    act: Act
    seen: str
    reason: str = ""
    answer: str = ""

    @property
    def typed(self) -> str:
        """The answer as it was typed; browsers send every line's end as CR LF."""
        return self.answer.replace("\r\n", "\n").strip()


@dataclass(frozen=True)
class Deciding:
    """Hands decisions on; has no rule of its own."""

    services: Services
    turning: Turning

    async def decide(
        self, request: Request, curator: Curator, example_id: str, form: Form
    ) -> Response:
        """See Other, or the page of who came too late."""
        dataset = self.services.workspace(curator.team).dataset
        if form.act == "edit" and not form.typed:
            raise Refused("no_answer", 422)
        before = await dataset.get(example_id)
        try:
            decided = await self._acted(Who(curator.team, curator.user), example_id, form)
        except NotFound:
            raise Refused("no_example", 404) from None
        except Overtaken:
            return await self._overtaken(request, curator, example_id, form)
        if form.act == "undo" or before is None:
            return _on(address(decided.example_id, "undone", decided.example_id))
        following = await self.turning.after(curator.team, curator.user, before)
        # Of an edit the row that was reworded: its words may be taught by somebody else's row.
        return _on(address(following, DONE[form.act], before.example_id))

    def _acted(self, who: Who, example_id: str, form: Form) -> Awaitable[Example]:
        curating = self.services.curating
        if form.act == "approve":
            return curating.approve(who, example_id, form.seen)
        if form.act == "reject":
            return curating.reject(who, example_id, form.seen, form.reason.strip())
        if form.act == "edit":
            return curating.edit(who, example_id, form.typed, form.seen)
        return curating.undo(who, example_id, form.seen)

    async def _overtaken(
        self, request: Request, curator: Curator, example_id: str, form: Form
    ) -> Response:
        """What it is now, whose doing that is, and what was typed."""
        dataset = self.services.workspace(curator.team).dataset
        row = await dataset.get(example_id)
        if row is None:
            raise Refused("no_example", 404)
        if form.act == "undo" and row.status is Status.PENDING and row.look == form.seen:
            return _on(address(example_id, "undone", example_id))  # undone before
        said = texts_for(request)
        names = await named(self.services, curator.team, people_of([row]))
        values: dict[str, Any] = {
            "t": said,
            "example": row,
            "happened": happened(row, curator.user, names, said),
            "typed": form.typed if form.act == "edit" else form.reason.strip(),
            "apply": form.act == "edit" and row.status is Status.PENDING,
            "waiting": (await dataset.place(row)).total,
            "following": address(await self.turning.after(curator.team, curator.user, row)),
        }
        answer = screen(request, curator, "review/overtaken.html", values, 409)
        answer.headers["HX-Push-Url"] = "false"  # the address of a form has no page
        return answer


def happened(row: Example, user: str, names: dict[str, str], said: ReviewTexts) -> str:
    """In a sentence, who decided about it, or what else became of it."""
    if row.status is Status.PENDING:
        return said.changed_meanwhile
    ruling = row.ruling
    if ruling is None or (ruling.approved and row.status is not Status.APPROVED):
        return said.superseded if row.status is Status.REJECTED else said.decided["by_rule"]
    if not ruling.by:
        return said.decided["by_rule"]
    how = "edited" if row.reworded else "approved" if ruling.approved else "rejected"
    who = said.you if ruling.by == user else names.get(ruling.by, ruling.by)
    return said.decided[how].format(who=who)


def texts_for(request: Request) -> ReviewTexts:
    """In the browser's language."""
    return spoken(request, texts.EN, texts.JA)


def _on(where: str) -> Response:
    return RedirectResponse(where, status_code=303)
