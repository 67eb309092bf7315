"""Plays the script: turns at their pace, opinions once an answer stands, runs, blows and jams between them."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

import httpx

from tests.chaos.network import Network
from tests.chaos.people import Opinions, turn_of
from tests.chaos.plan import Blow, Question, Script
from tests.chaos.retraining import Retraining
from tests.chaos.slack import Slack
from tests.chaos.stage import Stage

LOOK = 0.4  # seconds between two looks at what was answered
WAITING = 150.0  # seconds after which somebody stops waiting to give an opinion


@dataclass(frozen=True)
class Sent:
    """Where a question stands."""

    channel: str
    ts: str
    thread_ts: str

    @property
    def turn_id(self) -> str:
        return f"{self.channel}:{self.ts}"


@dataclass
class Load:
    """`sent` is by question; `answered` holds those whose finished answer was seen."""

    script: Script
    slack: Slack
    stage: Stage
    network: Network
    opinions: Opinions
    retraining: Retraining
    sent: dict[int, Sent] = field(default_factory=dict)
    answered: set[int] = field(default_factory=set)
    progress: Callable[[], None] = lambda: None
    _tasks: list["asyncio.Task[None]"] = field(default_factory=list)

    async def play(self) -> None:
        """Until the last opinion is given and the last run is taken."""
        looking = asyncio.create_task(self._look())
        striking = asyncio.create_task(self._strike())
        try:
            for question in self.script.questions:
                await self._ask(question)
                self._happen(question.number)
                await asyncio.sleep(self.script.pace)
                while len(self.sent) - len(self.answered) > self.script.crowd:
                    await asyncio.sleep(LOOK)
            await striking
            await asyncio.gather(*self._tasks)
        finally:
            for task in (looking, striking, *self._tasks):
                task.cancel()

    async def _ask(self, question: Question) -> None:
        opening = self.sent.get(question.opening)
        thread = None if question.thread is None or opening is None else opening.ts
        while True:
            try:
                ts = await self.slack.people.ask(
                    question.user, question.text, channel=question.channel, thread=thread
                )
                break
            except httpx.HTTPError:
                await asyncio.sleep(LOOK)
        self.sent[question.number] = Sent(question.channel, ts, thread or ts)
        if question.deeds:
            self._start(self._opine(question))

    def _happen(self, number: int) -> None:
        for jam in self.script.jams:
            if jam.after == number:
                self._start(self.network.jam(jam.kind, jam.seconds))
        for after in self.script.runs:
            if after == number:
                self._start(self.retraining.run())

    def _start(self, doing: Coroutine[object, object, None]) -> None:
        self._tasks.append(asyncio.create_task(doing))

    async def _strike(self) -> None:
        """The blows in their order; none before the stage has come back from the one before."""
        for blow in self.script.blows:
            while len(self.sent) <= blow.after and len(self.sent) < len(self.script.questions):
                await asyncio.sleep(0.05)
            await self._deal(blow)

    async def _deal(self, blow: Blow) -> None:
        for name in blow.parts:
            self.stage.parts[name].kill(blow.down)
        self.progress()
        await asyncio.sleep(0.2)
        await self.stage.up()

    async def _look(self) -> None:
        """Note what was answered by now."""
        while True:
            for number, sent in list(self.sent.items()):
                if number not in self.answered and self._finished(sent):
                    self.answered.add(number)
            self.progress()
            await asyncio.sleep(LOOK)

    def _finished(self, sent: Sent) -> bool:
        return any(
            turn_of(m.body) == sent.turn_id for m in self.slack.of_bot(sent.channel, sent.thread_ts)
        )

    async def _opine(self, question: Question) -> None:
        sent, deadline = self.sent[question.number], time.monotonic() + WAITING
        while question.number not in self.answered:
            if time.monotonic() > deadline:
                return
            await asyncio.sleep(LOOK)
        await self.opinions.say(question, sent.channel, sent.ts, sent.thread_ts)
