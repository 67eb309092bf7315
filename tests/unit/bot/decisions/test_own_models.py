"""A fine-tuned model is named only where it was taught, if many workspaces share an account."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from bot.decisions import OwnModels
from finetune import Run
from finetune.registry import ModelVersion

pytestmark = pytest.mark.anyio


class Own:
    """A workspace's runs, registry and champion."""

    base_model = "ft:small:house"

    async def list(self, limit: int) -> Sequence[Run]:
        return [Run(run_id="r", created_at=1, updated_at=1, base_model="b", candidate="ft:b:mine")][
            :limit
        ]

    async def history(self) -> Sequence[ModelVersion]:
        return [ModelVersion(model="ft:b:older", run_id="q", by="", at=1)]

    async def champion(self, team: str) -> str:
        return f"ft:champion:of:{team}"


def models(*, shared: bool) -> OwnModels:
    own: Any = Own()
    workspace: Any = SimpleNamespace(runs=own, registry=own)
    return OwnModels(lambda _team: workspace, own, shared)


@pytest.mark.parametrize(
    "model", ["base", "ft:small:house", "ft:b:mine", "ft:b:older", "ft:champion:of:T1"]
)
async def test_what_is_ones_own_or_everybodys_may_be_named(model: str) -> None:
    assert await models(shared=True).may_use("T1", model)


async def test_what_another_workspace_taught_may_not() -> None:
    assert not await models(shared=True).may_use("T1", "ft:champion:of:T2")
    assert await models(shared=False).may_use("T1", "ft:champion:of:T2")
