"""Bodies on their way in: what all of one kind hold in memory together is bounded.

Whoever comes when the room is full gets that of the one who has been sending for longest: Slack sends
a delivery within moments, so strangers who stall cannot keep it out.
"""

import asyncio


class NoRoom(Exception):
    """Raised when a body has lost its room to another, or when none can be made for it."""


class Body:
    """Of one request; `until` is when it has to be complete."""

    def __init__(self, until: asyncio.Timeout) -> None:
        self.content = bytearray()
        self.lost = False
        self._until = until

    def lose(self) -> None:
        """Its room is given to another, and whoever waits for the rest of it stops waiting."""
        self.lost = True
        self.content.clear()
        if not self._until.expired():
            self._until.reschedule(asyncio.get_running_loop().time())


class Room:
    """For so many bytes of bodies."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._arriving: dict[Body, None] = {}  # in the order in which they began
        self.held = 0

    def begin(self, until: asyncio.Timeout) -> Body:
        """A body of which nothing has come yet."""
        body = Body(until)
        self._arriving[body] = None
        return body

    def add(self, body: Body, piece: bytes) -> None:
        """Raises NoRoom, also when the body has lost its room meanwhile."""
        if body.lost:
            raise NoRoom
        body.content += piece
        self.held += len(piece)
        while self.held > self._most:
            longest = next((other for other in self._arriving if other is not body), None)
            if longest is None:
                raise NoRoom
            self._arriving.pop(longest)
            self.held -= len(longest.content)
            longest.lose()

    def arrived(self, body: Body) -> None:
        """No more of it will come: what did keeps its room until it is left."""
        self._arriving.pop(body, None)

    def leave(self, body: Body) -> None:
        """Answered, or gone."""
        self._arriving.pop(body, None)
        self.held -= len(body.content)
        body.content.clear()
