"""The trainer as any client sees it, through the real `openai` SDK: answers, jobs and their events.

Called by `tour.py`, which compares what two models say and shows that training was real.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import openai
from openai.types.fine_tuning import FineTuningJob

from bot.demo.errors import TourFailed
from bot.demo.report import Job

AT_ONCE = 4
ENDED = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(frozen=True)
class Models:
    """Asks models, and looks at the jobs that make them."""

    client: openai.AsyncOpenAI

    async def has(self, model: str) -> bool:
        """Whether the trainer knows the model."""
        try:
            await self.client.models.retrieve(model)
        except openai.NotFoundError:
            return False
        return True

    async def answers(self, model: str, questions: Iterable[str]) -> dict[str, str]:
        """Each question's answer, at temperature 0."""
        places = asyncio.Semaphore(AT_ONCE)

        async def ask(question: str) -> tuple[str, str]:
            async with places:
                answer = await self.client.chat.completions.create(
                    model=model, temperature=0, messages=[{"role": "user", "content": question}]
                )
            return question, (answer.choices[0].message.content or "").strip()

        return dict(await asyncio.gather(*(ask(question) for question in questions)))

    async def job_of(self, run_id: str) -> FineTuningJob | None:
        """The job that was made for this run."""
        async for job in self.client.fine_tuning.jobs.list():
            if (job.metadata or {}).get("run_id") == run_id:
                return job
        return None

    async def made_by(self, job_id: str) -> str | None:
        """The model that the job made."""
        return (await self.client.fine_tuning.jobs.retrieve(job_id)).fine_tuned_model

    async def training(self, job_id: str) -> Job:
        """What the job's events tell: how many there are, and the first and last train_loss."""
        listed = self.client.fine_tuning.jobs.list_events(job_id)
        events = [event async for event in listed]
        steps = [event.data for event in events if isinstance(event.data, dict)]
        losses = sorted(
            (int(data["step"]), float(data["train_loss"])) for data in steps if "train_loss" in data
        )
        if not losses:
            raise TourFailed(f"the job {job_id} tells of no training step")
        return Job(job_id, len(events), losses[0][1], losses[-1][1])


@asynccontextmanager
async def models(base_url: str, api_key: str) -> AsyncIterator[Models]:
    """A client of the trainer. What it says no to ends the tour with that reason."""
    async with openai.AsyncOpenAI(base_url=base_url, api_key=api_key) as client:
        try:
            yield Models(client)
        except openai.OpenAIError as error:
            raise TourFailed(f"the trainer said no: {error}") from error
