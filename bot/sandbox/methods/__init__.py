"""The Web API methods: one module per family of Slack's names, all in one table.

Each method is a function from a `Call` to the answer's fields (`ok` is added by `web_api.py`), or raises
SlackRefusal with the error code that Slack documents.
"""

from collections.abc import Callable

from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.methods import (
    assistant,
    chat,
    connections,
    conversations,
    files,
    openid,
    people,
    reactions,
    streams,
    team,
    views,
)

Method = Callable[[Call], Json]

METHODS: dict[str, Method] = {
    **assistant.METHODS,
    **chat.METHODS,
    **connections.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **openid.METHODS,
    **people.METHODS,
    **reactions.METHODS,
    **streams.METHODS,
    **team.METHODS,
    **views.METHODS,
}
