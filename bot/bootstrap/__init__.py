"""The composition root: makes every client once, hands them down, closes them.

Nothing else in `bot` creates a connection; tests call `open_service` with settings of their own.
`connecting` makes the connections, `parts` what everything shares, `chatting` and `working` the two
halves of the worker; `service` is what comes of it.
"""

from bot.bootstrap.connecting import open_service
from bot.bootstrap.service import Service

__all__ = ["Service", "open_service"]
