"""Takes a question over in one step: it is kept, and its answer is queued.

Where one server keeps both, Slack's delivery waits for one write to the disk instead of two. A cluster
keeps a workspace and the queue on different nodes: there it is one after the other.
"""

from docket import Docket

from bot.adapters.redis import RedisTurns
from bot.adapters.redis.accepting import Accepting, accept_and
from bot.domain.conversation import Turn
from bot.slack.services import Take
from bot.tasks.queue import QUEUE, queueing


def taking_of(docket: Docket, turns: RedisTurns) -> Take | None:
    """None over a cluster."""
    if docket._redis.cluster_client is not None:  # noqa: SLF001
        return None
    script = accept_and(QUEUE)
    accepting = Accepting(turns.redis, turns.retention, turns.known, script)

    async def take(turn: Turn, delivery: str) -> None:
        await accepting.accept(turn, delivery, queueing(docket, turn))

    return take
