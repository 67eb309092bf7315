"""From a reply to what taught the model that gave it, and from an example to who learnt it."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.conversation import Reply
from bot.domain.feedback import Feedback, correction_example, thumbs_example
from bot.web.models.past import MOST_RUNS, made_by
from bot.web.naming import named
from bot.web.services import Services
from bot.web.snapshots.veil import same
from finetune import Alike, Example, NotFound, Run, nearest

People = Sequence[tuple[str, str]]  # ids and names


class Near(NamedTuple):
    """A row of the snapshot, and what is kept of its example today, if anything."""

    alike: Alike
    example: Example | None
    authors: People


class Learnt(NamedTuple):
    """The run behind a model: None where there is none, `near` None where its snapshot is gone."""

    run: Run | None
    near: Sequence[Near] | None
    stale: bool = False


async def reply_for(
    services: Services, team: str, user: str, reply_id: str
) -> tuple[Reply, Sequence[Feedback]] | None:
    """A reply and the verdicts on it, if this person may see it here.

    Their own question, or one that somebody has voted on: such replies are in the review, too. What
    others asked without any feedback is between them and the bot.
    """
    reply = await services.turns.reply(team, reply_id)
    if reply is None:
        return None
    verdicts = await services.verdicts.of_reply(team, reply_id)
    return (reply, verdicts) if verdicts or reply.asker == user else None


async def made_of(
    services: Services, team: str, reply_id: str, verdicts: Sequence[Feedback]
) -> dict[str, str]:
    """By user the example that their verdict has made, if there is one."""
    dataset, found = services.workspace(team).dataset, {}
    for verdict in verdicts:
        corrected = verdict.correction is not None
        example_id = (
            correction_example(reply_id, verdict.user) if corrected else thumbs_example(reply_id)
        )
        if await dataset.get(example_id) is not None:
            found[verdict.user] = example_id
    return found


async def learnt_for(services: Services, team: str, model: str, question: str) -> Learnt:
    """What the model was taught that comes nearest to a question; of a stale snapshot only what stands."""
    runs = (await made_by(services, team)).get(model, [])
    if not runs:
        return Learnt(None, None)
    run, here = runs[0], services.workspace(team)
    try:
        rows = await nearest(here.snapshots, run.snapshot_id or "", question)
    except NotFound:
        return Learnt(run, None)
    stale = await asyncio.to_thread(here.snapshots.stale, run.snapshot_id or "") is not None
    near = []
    for row in rows:
        example = await here.dataset.get(row.row.example_id)
        if stale and (example is None or not same(example, row.row)):
            continue  # somebody had it removed, or something that was said before it
        authors = await named(services, team, example.authors if example else ())
        near.append(Near(row, example, list(authors.items())))
    return Learnt(run, near, stale)


async def learners_of(services: Services, team: str, example: Example) -> list[Run]:
    """Runs that made a model of a snapshot with this example as it is now, newest first."""
    here = services.workspace(team)
    found = []
    for run in await here.runs.list(MOST_RUNS):
        if run.candidate and run.snapshot_id:
            rows = await asyncio.to_thread(here.snapshots.contents, run.snapshot_id)
            if rows.get(example.example_id) == example.content_key:
                found.append(run)
    return found
