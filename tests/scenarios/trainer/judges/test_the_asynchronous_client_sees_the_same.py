"""`AsyncOpenAI`: the same answers by `await` and `async for`."""

import pytest

from tests.scenarios.trainer.judges.judged import Judge, Learnt
from tests.scenarios.trainer.running_trainer import BASE, TAUGHT

QUESTION = "When does the first ferry leave?"


@pytest.mark.anyio
async def test_what_is_awaited_is_what_is_answered(judge: Judge, learnt: Learnt) -> None:
    async with judge.asynchronous as client:
        assert await client.fine_tuning.jobs.retrieve(learnt.job.id) == learnt.job
        events = [event async for event in client.fine_tuning.jobs.list_events(learnt.job.id)]
        assert len(events) > 20  # more than a page
        assert learnt.model in [model.id async for model in client.models.list()]
        file = await client.files.create(file=b"{}\n", purpose="fine-tune")
        assert (await client.files.content(file.id)).content == b"{}\n"
        assert (await client.files.delete(file.id)).deleted
        stream = await client.chat.completions.create(
            model=BASE, messages=[{"role": "user", "content": QUESTION}], stream=True
        )
        said = [chunk.choices[0].delta.content or "" async for chunk in stream]
        assert "".join(said) == TAUGHT[QUESTION]
