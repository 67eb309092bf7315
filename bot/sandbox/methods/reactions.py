"""reactions.*: the app's own reactions, and everybody's on one message."""

from bot.sandbox import posting
from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.emoji import is_emoji
from bot.sandbox.errors import SlackRefusal
from bot.sandbox.payloads import shown
from bot.sandbox.workspace import BOT_USER


def add(call: Call) -> Json:
    message = call.message(call.channel(), "timestamp")
    if not posting.react(call.sandbox, message, BOT_USER, _name(call)):
        raise SlackRefusal("already_reacted")
    return {}


def remove(call: Call) -> Json:
    message = call.message(call.channel(), "timestamp")
    if not posting.unreact(call.sandbox, message, BOT_USER, _name(call)):
        raise SlackRefusal("no_reaction")
    return {}


def get(call: Call) -> Json:
    channel = call.channel()
    message = call.message(channel, "timestamp")
    return {"type": "message", "channel": channel["id"], "message": shown(message, metadata=False)}


def _name(call: Call) -> str:
    name = call.required("name", "invalid_name").strip(":")
    if not is_emoji(name):
        raise SlackRefusal("invalid_name")
    return name


METHODS = {"reactions.add": add, "reactions.remove": remove, "reactions.get": get}
