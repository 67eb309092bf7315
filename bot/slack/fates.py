"""What became of examples: which model learnt them, and since when it answers.

From the registry's history, the runs behind it and the contents of their snapshots.
"""

import asyncio
from collections.abc import Mapping, Sequence

from bot.slack.blocks.home import Fate
from bot.slack.workspace import Workspace
from finetune import Example, ModelVersion, NotFound

BACK = 8  # movements of the champion that are looked at


async def fates(workspace: Workspace, examples: Sequence[Example]) -> list[Fate | None]:
    """One for each example, None for what no promoted model has learnt."""
    if not examples:
        return []
    versions = (await workspace.registry.history())[:BACK]
    taught = [(version, await _taught(workspace, version)) for version in versions]
    return [_fate(example, taught) for example in examples]


async def _taught(workspace: Workspace, version: ModelVersion) -> Mapping[str, str]:
    """What the model was trained on, as content keys by example id."""
    try:
        run = await workspace.runs.get(version.run_id) if version.run_id else None
    except NotFound:
        run = None
    if run is None or run.snapshot_id is None:
        return {}
    return await asyncio.to_thread(workspace.snapshots.contents, run.snapshot_id)


def _fate(
    example: Example, taught: Sequence[tuple[ModelVersion, Mapping[str, str]]]
) -> Fate | None:
    """The newest model that learnt it; live if nothing that did not came after."""
    knows = [contents.get(example.example_id) == example.content_key for _, contents in taught]
    if not any(knows):
        return None
    newest = knows.index(True)
    if newest > 0:
        return Fate(taught[newest][0].model, None)
    first = knows.index(False) if False in knows else len(knows)
    return Fate(taught[0][0].model, taught[first - 1][0].at)
