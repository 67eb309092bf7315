"""Which ports of this machine are free, for the page (asked for) and for inner services (any)."""

import errno
import socket

from bot.demo.errors import DemoError

HOST = "127.0.0.1"
HIGHEST = 65535


def claim(port: int) -> int:
    """`port` when nothing listens there and we may. Raises DemoError otherwise."""
    if not 0 < port <= HIGHEST:
        raise DemoError(f"there is no port {port}: choose one from 1 to {HIGHEST} with --port")
    with socket.socket() as probe:
        # As the server will: a connection that lingers after an earlier demo is no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise DemoError(
                    f"cannot listen on port {port} ({error.strerror}): choose another with --port"
                ) from None
            raise DemoError(
                f"port {port} is taken: stop what listens there, or choose another with --port"
            ) from None
    return port


def free(count: int) -> list[int]:
    """`count` different ports that nothing listens on now."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [probe.getsockname()[1] for probe in probes]
    finally:
        for probe in probes:
            probe.close()
