"""The tour, played without a browser: ask → correct → retrain → ask again.

Called by `play.py` once everything is up. Three people act through the sandbox as its page does; what
the models know is asked of the trainer. Waits for what must happen, and fails with the reason if it
does not.
"""

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
from openai.types.fine_tuning import FineTuningJob

from bot.demo import handbook
from bot.demo.asking import ENDED, Models
from bot.demo.errors import TourFailed
from bot.demo.handbook import Lesson
from bot.demo.people import Person, actions, words
from bot.demo.report import Job, Journal, Played
from bot.sandbox.workspace import AIKO, APP_NAME, BEN, CHANNELS, CHIE
from bot.sandbox.workspace import Person as Member
from bot.texts import EN

Json = dict[str, Any]
CHANNEL = next(channel for channel, name in CHANNELS.items() if name == "handbook")
ANSWER_SECONDS = 60.0
TRAINING_SECONDS = 300.0
UNDER_WAY = "⏳ *Evaluation*"
EVALUATION_SECONDS = 180.0
CANCEL_SECONDS = 30.0
LOOK_SECONDS = 0.5  # between two looks at a job


@dataclass(frozen=True)
class Tour:
    """Everybody who takes part."""

    aiko: Person  # asks
    ben: Person  # keeps the handbook, and corrects
    chie: Person  # runs the retraining
    models: Models
    journal: Journal

    async def play(self) -> Played:
        """Take every step. Raises TourFailed naming the one that did not come to its end."""
        await self._clear()
        champion = await self._champion()
        async with self.journal.step("look") as note:
            known = await self.models.answers(champion, handbook.questions())
            lesson = handbook.lesson(known)
            note.detail = f"{champion} was asked all {len(known)} questions of the handbook"
        before = await self._ask("ask", lesson.question)
        await self._correct(before, lesson)
        run_id = await self._retrain(since=before["ts"])
        job = await self._train(run_id)
        promoted = await self._evaluate(run_id, job.id)
        after = await self._ask("ask again", lesson.question)
        others_kept = await self._compare(known, lesson.question)
        return Played(
            question=lesson.question,
            answer_before=words(before),
            correction=lesson.answer,
            answer_after=words(after),
            others_kept=others_kept,
            job=job,
            promoted=promoted,
        )

    async def _clear(self) -> None:
        """End the run that an interrupted tour has left; there can be only one at a time."""
        if not await self._runs():
            return
        async with self.journal.step("clear") as note:
            note.detail = f"an earlier run goes on: {await self.chie.command('/retrain', 'cancel')}"
            deadline = time.monotonic() + CANCEL_SECONDS
            while await self._runs():
                if time.monotonic() > deadline:
                    raise TourFailed(f"waited {CANCEL_SECONDS:.0f} s in vain: the earlier run ends")
                await asyncio.sleep(LOOK_SECONDS)

    async def _runs(self) -> bool:
        return EN.retrain.no_run not in await self.chie.command("/retrain", "status")

    async def _ask(self, step: str, question: str) -> Json:
        async with self.journal.step(step) as note:
            asked = await self.aiko.post(f"@{APP_NAME} {question}")

            def finished(message: Json) -> bool:
                mark = (message.get("metadata") or {}).get("event_type")
                return mark == "apprentice_reply" and message["thread_ts"] == asked

            reply = await self.aiko.find(finished, "the bot answers", seconds=ANSWER_SECONDS)
            if "feedback" not in actions(reply):
                raise TourFailed(f"the bot had no answer but: {words(reply)}")
            note.detail = f"{self.aiko.name}: {question} → {words(reply)}"
        return reply

    async def _correct(self, reply: Json, lesson: Lesson) -> None:
        async with self.journal.step("correct") as note:
            await self.ben.click(reply["ts"], "feedback", "down")
            modal = await self.ben.modal("correction")
            await self.ben.submit(modal["id"], correction=lesson.answer)

            def thanked(message: Json) -> bool:
                in_thread = message["thread_ts"] == reply["thread_ts"]
                return bool(message["ephemeral"]) and in_thread and message["ts"] > reply["ts"]

            thanks = await self.ben.find(thanked, "the correction is kept", seconds=30)
            note.detail = f"{self.ben.name}: {lesson.answer} (bot: {words(thanks)})"

    async def _retrain(self, *, since: str) -> str:
        """Returns the run's id, which its message in the channel carries."""
        async with self.journal.step("retrain") as note:
            await self.chie.command("/retrain")
            modal = await self.chie.modal("retrain")
            if not modal.get("submit"):
                raise TourFailed(f"a run cannot start now: {_told(modal)}")
            await self.chie.submit(modal["id"])

            def announced(message: Json) -> bool:
                return _run_of(message) is not None and message["ts"] > since

            notice = await self.chie.find(announced, "the run is announced", seconds=30)
            run_id = str(_run_of(notice))
            note.detail = f"{self.chie.name}: /retrain → {run_id}"
        return run_id

    async def _train(self, run_id: str) -> Job:
        async with self.journal.step("train") as note:
            made = await self._ended_job(run_id)
            if made.status != "succeeded":
                raise TourFailed(f"the job {made.id} {made.status}: {made.error}")
            training = await self.models.training(made.id)
            note.detail = (
                f"job {made.id}: {training.events} events, train_loss "
                f"{training.first_train_loss:.3f} → {training.last_train_loss:.3f}"
            )
        return training

    async def _ended_job(self, run_id: str) -> FineTuningJob:
        """Raises TourFailed when the run is over before it had a job."""
        deadline = time.monotonic() + TRAINING_SECONDS
        while time.monotonic() < deadline:
            job = await self.models.job_of(run_id)
            if job is not None and job.status in ENDED:
                return job
            notice = _last(await self.chie.messages(), run_id)
            if job is None and notice is not None and _is_over(notice):
                raise TourFailed(f"the run ended early: {_told(notice)}")
            await asyncio.sleep(LOOK_SECONDS)
        raise TourFailed(f"waited {TRAINING_SECONDS:.0f} s in vain: the training of {run_id} ends")

    async def _evaluate(self, run_id: str, job_id: str) -> bool:
        """Wait for the gate. Raises TourFailed with its reasons when it does not promote."""
        async with self.journal.step("evaluate") as note:

            def over(message: Json) -> bool:
                return _run_of(message) == run_id and _is_over(message)

            notice = await self.chie.find(over, "the run ends", seconds=EVALUATION_SECONDS)
            champion = await self._champion()
            if champion != (await self.models.made_by(job_id)):
                raise TourFailed(f"the new model was not promoted: {_told(notice)}")
            note.detail = f"promoted: {champion}"
        return True

    async def _compare(self, known: dict[str, str], question: str) -> float:
        """The share of the other questions that are answered word by word as before."""
        async with self.journal.step("compare") as note:
            others = [other for other in known if other != question]
            now = await self.models.answers(await self._champion(), others)
            kept = sum(now[other] == known[other] for other in others)
            note.detail = f"{kept} of {len(others)} other questions are answered as before"
        return kept / len(others)

    async def _champion(self) -> str:
        """The model that answers now, as the bot tells an admin."""
        told = await self.chie.command("/retrain", "status")
        found = re.search(r"`([^`]+)`", told)
        if found is None:
            raise TourFailed(f"the bot does not say which model answers: {told or 'no answer'}")
        return found[1]


async def play(web: aiohttp.ClientSession, models: Models, journal: Journal) -> Played:
    """Play the tour once, by the three people of the workspace."""

    def person(member: Member) -> Person:
        return Person(web, member.user_id, member.real_name, CHANNEL)

    return await Tour(person(AIKO), person(BEN), person(CHIE), models, journal).play()


def _run_of(message: Json) -> str | None:
    mark = message.get("metadata") or {}
    found = (mark.get("event_payload") or {}).get("run_id")
    return str(found) if mark.get("event_type") == "apprentice_run" else None


def _last(messages: list[Json], run_id: str) -> Json | None:
    return next((each for each in messages if _run_of(each) == run_id), None)


def _is_over(notice: Json) -> bool:
    """A run that goes on can be cancelled; one that is over, or waits for an admin, cannot.

    Nor can one whose promotion is decided: that is still under way for a moment.
    """
    return "run_cancel" not in actions(notice) and UNDER_WAY not in _told(notice)


def _told(surface: Json) -> str:
    """What the sections of a message or a modal say, in one line."""
    sections = (block for block in surface.get("blocks", ()) if block["type"] == "section")
    texts = (block["text"]["text"] for block in sections if "text" in block)
    return " ".join(" ".join(texts).split())
