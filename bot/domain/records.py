"""What work on a turn begins with: read in one go, and handed down to whoever has a part in it."""

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
