"""Planning a run reads no more of the dataset than it must: somebody waits for it."""

from unittest.mock import AsyncMock, create_autospec

import pytest

from finetune import Dataset, Method, RunRefused, Status
from finetune.registry import Registry
from finetune.training.runs import Policy, Runs
from finetune.training.steps import Steps
from finetune.training.store import RunStore

pytestmark = pytest.mark.anyio


def planning(approved: int) -> tuple[Runs, AsyncMock]:
    dataset = create_autospec(Dataset, instance=True)
    dataset.counts.return_value = {Status.APPROVED: approved}
    dataset.approved.return_value = []
    store = create_autospec(RunStore, instance=True)
    store.planned.return_value = None
    runs = Runs(
        store=store,
        dataset=dataset,
        snapshots=AsyncMock(),
        registry=create_autospec(Registry, instance=True),
        steps=create_autospec(Steps, instance=True),
        policy=Policy("base", "base", "approve", 10, 12),
    )
    return runs, dataset.approved


async def test_a_large_dataset_is_not_read() -> None:
    runs, approved = planning(20_000)
    await runs.plan(key="k", requested_by="U1", trigger="slack")
    approved.assert_not_awaited()


@pytest.mark.parametrize(("count", "method"), [(5, Method.SUPERVISED), (20_000, Method.DPO)])
async def test_where_it_matters_the_rows_are_counted(count: int, method: Method) -> None:
    runs, approved = planning(count)
    with pytest.raises(RunRefused):
        await runs.plan(key="k", requested_by="U1", trigger="slack", method=method)
    approved.assert_awaited_once()
