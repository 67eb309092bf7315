"""The author hears back: a message to who corrected a reply when a model that learnt it is live.

One message per run and person, whatever is killed: a message that a predecessor posted without
noting it is found by its metadata. Votes under it are about replies of their own.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.conversation import Reply, Turn, Usage
from bot.domain.ports import ChatModel, Preferences, Told, Turns, Verdicts
from bot.errors import BotError, SurfaceRefused, SurfaceUnavailable
from bot.slack.blocks.news import SHOWN, NewsItem, news_mark, news_message
from bot.slack.clients import Clients
from bot.slack.lessons import ALL, LATELY, Lessons
from bot.slack.people import People
from bot.slack.trouble import translated
from bot.slack.workspace import Workspace
from bot.texts import texts
from finetune import Run, RunState, Taught

log = structlog.get_logger(__name__)
BEGUN = ""


@dataclass(frozen=True)
class News:
    """Tells each author once per run."""

    clients: Clients
    people: People
    preferences: Preferences
    turns: Turns
    verdicts: Verdicts
    told: Told
    model: ChatModel
    workspace: Callable[[str], Workspace]

    async def due(self, team: str) -> list[str]:
        """Runs that went live lately and of which not everyone has heard."""
        history = await self.workspace(team).registry.history()
        live = history[0] if history else None
        if live is None or live.rollback or not live.run_id or time.time() - live.at > LATELY:
            return []
        told = await self.told.where(team, f"news:{live.run_id}") == ALL
        return [] if told else [live.run_id]

    async def tell(self, team: str, run_id: str) -> None:
        """Tell all authors of what a run learnt, if it went live and still answers."""
        if await self.told.where(team, f"news:{run_id}") == ALL:
            return
        learning = self.workspace(team)
        run = await learning.runs.get(run_id)
        champion = await learning.registry.champion()
        if run.state is not RunState.PROMOTED or champion != run.candidate:
            return
        by_author = await Lessons(self.told, team, learning).of(run)
        trouble: SurfaceUnavailable | None = None
        for author, lessons in by_author.items():
            try:
                if lessons and await self._wanted(team, author):
                    await self._tell(team, run, author, lessons)
            except SurfaceUnavailable as error:  # the others shall not wait for it
                log.info("author_not_told_yet", team=team, user=author, error=str(error))
                trouble = error
        if trouble is not None:
            raise trouble
        await self.told.note(team, f"news:{run_id}", ALL)

    async def _wanted(self, team: str, author: str) -> bool:
        chosen = await self.preferences.person(team, author)
        return author[:1] in ("U", "W") and chosen.news and not chosen.opted_out

    async def _tell(self, team: str, run: Run, author: str, lessons: Sequence[Taught]) -> None:
        what = f"news:{run.run_id}:{author}"
        known = await self.told.where(team, what)
        if known:
            return
        try:
            channel = await self._direct(team, author)
            ts = await self._posted(team, channel, run) if known == BEGUN else None
            if ts is None:
                await self.told.note(team, what, BEGUN)
                ts = await self._post(team, channel, run, author, lessons)
        except SurfaceRefused as error:
            log.info("author_not_told", team=team, user=author, error=str(error))
            ts = "refused"
        await self.told.note(team, what, ts)

    @translated()
    async def _direct(self, team: str, author: str) -> str:
        answer = await (await self.clients.of(team)).conversations_open(users=[author])
        return str(answer["channel"]["id"])

    @translated()
    async def _posted(self, team: str, channel: str, run: Run) -> str | None:
        """The message of a predecessor that was killed before it noted it."""
        page = await (await self.clients.of(team)).conversations_history(
            channel=channel, oldest=str(run.updated_at - 1), include_all_metadata=True, limit=200
        )
        for message in page["messages"]:
            mark = message.get("metadata") or {}
            if (mark.get("event_payload") or {}) == news_mark(run.run_id).event_payload:
                return str(message["ts"])
        return None

    @translated()
    async def _post(
        self, team: str, channel: str, run: Run, author: str, lessons: Sequence[Taught]
    ) -> str:
        shown = [
            await self._item(team, channel, run, author, number, lesson)
            for number, lesson in enumerate(lessons[:SHOWN])
        ]
        items = [item for item in shown if item is not None]
        said = texts(await self.people.language(team, author)).feedback
        answer = await (await self.clients.of(team)).chat_postMessage(
            channel=channel,
            text=said.news,
            blocks=news_message(items, len(lessons) - len(shown), said),
            metadata=news_mark(run.run_id),
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    async def _item(
        self, team: str, channel: str, run: Run, author: str, number: int, lesson: Taught
    ) -> NewsItem | None:
        """What is shown of one correction; the answer is kept as a reply, so that votes count.

        None where the reply that was corrected is forgotten by now.
        """
        answer = lesson.answer or await self._asked(run, lesson)
        place = Turn(
            team=team,
            channel=f"news-{run.run_id}-{author}",
            ts=f"{run.updated_at:.0f}.{number:06d}",
            thread_ts=f"{run.updated_at:.0f}.{number:06d}",
            user=author,
            text=lesson.question,
        )
        if answer:
            if lesson.reply_id:
                await self.verdicts.copied(team, lesson.reply_id, place.turn_id)
            await self.turns.accept(place)
            await self.turns.save_reply(place, _reply(place, channel, run, lesson, answer))
            await self.turns.answered(place, place.ts)
        if lesson.reply_id and await self.turns.reply(team, lesson.reply_id) is None:
            await self.turns.forget(team, place.turn_id)
            return None
        reply_id = place.reply_id if answer else ""
        return NewsItem(reply_id, lesson.question, lesson.correction, answer)

    async def _asked(self, run: Run, lesson: Taught) -> str:
        """The new model's own words; empty when it does not answer."""
        said = ""
        try:
            async for delta in self.model.stream(run.candidate or "", lesson.prompt):
                said += delta.text
        except BotError as error:
            log.info("champion_not_asked", run_id=run.run_id, error=str(error))
            return ""
        return said.strip()


def _reply(place: Turn, channel: str, run: Run, lesson: Taught, answer: str) -> Reply:
    return Reply(
        reply_id=place.reply_id,
        team=place.team,
        channel=channel,
        thread_ts="",
        asker=place.user,
        messages=lesson.prompt,
        content=answer,
        model=run.candidate or "",
        usage=Usage(),
        finish_reason="stop",
        latency=0.0,
        created_at=run.updated_at,
        origin=lesson.reply_id,
    )
