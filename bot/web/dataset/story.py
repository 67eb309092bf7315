"""One example's whole story: what was said, who taught it, who decided, what stands near it."""

from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from bot.domain.diffing import compared
from bot.texts.desk import activity
from bot.web.activity.telling import lines
from bot.web.curator import Curator
from bot.web.dataset.listing import texts_for
from bot.web.naming import named
from bot.web.refusals import Refused
from bot.web.rendering import screen, spoken
from bot.web.services import Services
from finetune import Example, count_tokens

NEAR = 5
ENTRIES = 50
PATIENCE = 0.3  # seconds; without the search, nothing stands near


async def story(
    services: Services, request: Request, curator: Curator, example_id: str
) -> Response:
    """The page. A vote's id leads to the row that holds it."""
    workspace = services.workspace(curator.team)
    example = await workspace.dataset.get(example_id)
    if example is None:
        raise Refused("no_example", 404)
    if example.example_id != example_id:
        place = f"/curate/dataset/{quote(example.example_id, safe='')}"
        return RedirectResponse(place, status_code=303)
    near = []
    if (await workspace.search.ready(PATIENCE)).ready:
        found = {
            each.example_id: each.ratio for each in await workspace.search.near(example_id, NEAR)
        }
        near = [(row, found[row.example_id]) for row in await workspace.dataset.many(list(found))]
    entries = await workspace.audit.entries(limit=ENTRIES, about=example_id)
    names = await named(services, curator.team, people_in(example) | {one.by for one in entries})
    told = spoken(request, activity.EN, activity.JA)
    values = {
        "t": texts_for(request),
        "example": example,
        "names": names,
        "near": near,
        "lines": lines(entries, names, {example_id: example}, told),
        "pieces": compared(example.rejected, example.answer) if example.rejected else None,
        "tokens": count_tokens(example.messages),
        "waits": example.status == "pending",
    }
    return screen(request, curator, "dataset/story.html", values)


def people_in(example: Example) -> set[str]:
    """Whoever is named on the page."""
    some = {*example.authors, example.approved_by, example.edited_by}
    some |= {author for vote in example.votes for author in vote.authors}
    if example.ruling is not None:
        some.add(example.ruling.by)
    return {user for user in some if user}
