"""What the screens of the desk stand on, made once by `bootstrap` and handed to each of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.decisions import Curating, Steering
from bot.domain.ports import Champions, Places, Preferences, Standing, TaskQueue, Turns, Verdicts
from bot.web.desk import Desk
from finetune import Uploads
from finetune.bootstrap import Workspace


@dataclass(frozen=True)
class Services:
    """Plain wiring. `workspace`: a team's dataset, runs, registry and snapshots."""

    desk: Desk
    places: Places
    workspace: Callable[[str], Workspace]
    turns: Turns
    verdicts: Verdicts
    preferences: Preferences
    champions: Champions
    standing: Standing
    chat_model: str  # answers while nothing is promoted
    shutdowns: Callable[[], Mapping[str, float]]  # when models end, as it was heard last
    tasks: TaskQueue
    uploads: Uploads
    base_model: str  # its limits are those of files that are imported
    leaving: Callable[[], bool]  # whether this process was told to stop
    curating: Curating
    steering: Steering
