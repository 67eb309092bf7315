"""Works on many inputs at once, and on none that is not needed.

An input is begun only while all that are under way, were they all accepted, would still not be
enough. So the inputs used are the same as if they were taken one after the other, whatever order
the answers come in: not one call more is paid for, and the outcome does not depend on timing.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

from finetune.asking.asker import GRACE
from finetune.distill.inputs import Input
from finetune.distill.outcome import Outcome

FAILURES = 3  # inputs in a row that the provider failed on: it is the provider, not the input


class Write(Protocol):
    """Makes an outcome of an input."""

    async def write(self, source: Input) -> Outcome:
        """What came of it."""
        ...

    def stop(self) -> None:
        """Begin no further call: those under way are the last."""


async def until_enough(
    sources: Iterable[Input],
    writer: Write,
    *,
    wanted: int,
    at_once: int,
    done: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Outcomes in the order of `sources`, with `wanted` accepted ones or all there are.

    `done` is told of each as it arrives, and may raise to end it all. An input on which the provider
    failed is rejected; after FAILURES of them in a row the failure is raised. Before any error is
    raised, calls under way are given GRACE seconds, for they are paid for.
    """
    source, accepted, begun, failures = iter(sources), 0, 0, 0
    running: dict[asyncio.Task[Outcome], int] = {}
    outcomes: dict[int, Outcome] = {}
    try:
        while True:
            while len(running) < min(at_once, wanted - accepted):
                found = next(source, None)
                if found is None:
                    break
                running[asyncio.ensure_future(writer.write(found))] = begun
                begun += 1
            if not running:
                ordered = [outcomes[place] for place in sorted(outcomes)]
                if ordered and failures == len(ordered):
                    _hear(ordered[-1], FAILURES)
                return ordered
            finished, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in finished:
                outcomes[running.pop(task)] = outcome = task.result()
                accepted += outcome.accepted
                failures = failures + 1 if outcome.failure else 0
                _hear(outcome, failures)
                done(outcome)
    except Exception:
        writer.stop()
        if running:
            await asyncio.wait(running, timeout=GRACE)
        raise
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _hear(outcome: Outcome, failures: int) -> None:
    """Raises the failure when the inputs cannot be what it is about."""
    if outcome.failure is not None and failures >= FAILURES:
        raise outcome.failure
