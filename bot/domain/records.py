"""What work on a turn begins with: read in one go, and handed down to whoever has a part in it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.aside import Tried
from bot.domain.conversation import Turn, TurnState
from bot.domain.preferences import ChannelSettings
from finetune import Frozen


class TurnRecord(Frozen):
    """A turn as it stood when it was read. `channel`: what was chosen for the channel.

    `heard`: the ts of what came too early to be a turn, of after the first call into the thread.
    """

    turn: Turn
    state: TurnState
    channel: ChannelSettings = ChannelSettings()
    heard: tuple[str, ...] = ()


@dataclass(frozen=True)
class TakenUp:
    """`due`: the reply to give first; `before`: of the turn's own task, where its own reply is due.

    `read` gives the turn's record where the task was begun, as it stood by then; it may raise what
    reading it did.
    """

    due: str
    before: Tried | None = None
    read: Callable[[], TurnRecord | None] | None = None
