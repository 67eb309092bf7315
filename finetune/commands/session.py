"""A command's session: the database, the toolkit and the workspace it works on, while it runs."""

import os
import pwd
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finetune.commands.output import Output
from finetune.errors import InputError
from finetune.settings import Settings

if TYPE_CHECKING:
    from finetune.bootstrap import Toolkit, Workspace

LOCAL = "local"  # the workspace of somebody who has no Slack


@dataclass(frozen=True)
class Session:
    """What every command works with. `user` is written beside what it decides."""

    settings: Settings
    workspace: "Workspace"
    output: Output
    user: str


@asynccontextmanager
async def session(
    settings: Settings, output: Output, workspace: str | None
) -> AsyncIterator[Session]:
    """Open the store; the workspace is the asked one, or the only one there is."""
    from finetune.bootstrap import (  # brings the SDKs, which `--help` can do without
        database,
        toolkit,
    )

    async with database(settings) as url, toolkit(settings, url) as kit:
        team_id = workspace or await _only(kit)
        yield Session(settings, kit.workspace(team_id), output, _user())


async def _only(kit: "Toolkit") -> str:
    teams = await kit.workspaces()
    if len(teams) > 1:
        raise InputError(f"choose one with --workspace: {', '.join(teams)}")
    return teams[0] if teams else LOCAL


def _user() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # containers run users without a name
        return f"uid {os.getuid()}"
