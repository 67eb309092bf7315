"""Works on many inputs at once, and on none that is not needed.

An input is begun only while all that are under way, were they all accepted, would still not be
enough. So the inputs used are the same as if they were taken one after the other, whatever order
the answers come in: not one call more is paid for, and the outcome does not depend on timing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from finetune.distill.inputs import Input
from finetune.distill.outcome import Outcome


async def until_enough(
    sources: Iterable[Input],
    write: Callable[[Input], Awaitable[Outcome]],
    *,
    wanted: int,
    at_once: int,
    done: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Outcomes in the order of `sources`, with `wanted` accepted ones or all there are.

    `done` is told of each as it arrives. An error ends what is under way and is raised.
    """
    source, accepted, begun = iter(sources), 0, 0
    running: dict[asyncio.Task[Outcome], int] = {}
    outcomes: dict[int, Outcome] = {}

    async def one(found: Input) -> Outcome:
        return await write(found)

    try:
        while True:
            while len(running) < min(at_once, wanted - accepted):
                found = next(source, None)
                if found is None:
                    break
                running[asyncio.create_task(one(found))] = begun
                begun += 1
            if not running:
                return [outcomes[place] for place in sorted(outcomes)]
            finished, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                outcomes[running.pop(task)] = outcome = task.result()
                accepted += outcome.accepted
                done(outcome)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
