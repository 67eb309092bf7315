"""Which of the driver's errors say that Redis is away or cannot write, and not that we err."""

import re

from redis.exceptions import (
    ConnectionError,  # noqa: A004  # the driver's own; the builtin one is an OSError
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,  # noqa: A004
)

# Before an error of a pipeline the driver says which of its commands caused it.
_PASSING = re.compile(
    r"(?:^|caused error: [(\"']*)(BUSY|CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOREPLICAS|TRYAGAIN)\b"
)


def away(error: BaseException) -> bool:
    """Whether trying again later may help."""
    if isinstance(error, (ConnectionError, TimeoutError, OutOfMemoryError, ReadOnlyError)):
        return True
    return isinstance(error, ResponseError) and _PASSING.search(str(error)) is not None
