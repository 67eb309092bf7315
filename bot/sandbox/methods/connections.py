"""apps.connections.open: where an app in Socket Mode connects to, with its app-level token."""

from bot.sandbox.call import Call
from bot.sandbox.config import Json


def open_connection(call: Call) -> Json:
    address = call.base_url.replace("http", "ws", 1)
    ticket = call.sandbox.dispatcher.sockets.ticket()
    return {"url": f"{address}/sandbox/socket?ticket={ticket}"}


METHODS = {"apps.connections.open": open_connection}
