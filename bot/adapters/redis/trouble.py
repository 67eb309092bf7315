"""Which of the driver's errors say that Redis is away or cannot write, and not that we err."""

from redis.exceptions import (
    ConnectionError,  # noqa: A004  # the driver's own; the builtin one is an OSError
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,  # noqa: A004
)

_PASSING = ("BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "MISCONF", "NOREPLICAS", "TRYAGAIN")


def away(error: BaseException) -> bool:
    """Whether trying again later may help."""
    if isinstance(error, (ConnectionError, TimeoutError, OutOfMemoryError, ReadOnlyError)):
        return True
    return isinstance(error, ResponseError) and str(error).startswith(_PASSING)
