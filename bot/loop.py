"""The event loop that commands run on: uvloop, where there is one."""

import asyncio
import sys


def event_loop() -> asyncio.AbstractEventLoop:
    """A new one, for `asyncio.Runner`."""
    if sys.platform == "win32":  # which uvloop does not know
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()
