"""What the core needs from outside, as Protocols of one purpose each.

`adapters/` and `slack/` implement them; `tests/fakes` has small stand-ins.
"""

from bot.domain.ports.aside import Aside, TakingUp, Tries
from bot.domain.ports.models import Champions, ChatModel
from bot.domain.ports.people import Languages, Names, Places, Preferences, Roles
from bot.domain.ports.standing import Standing
from bot.domain.ports.surface import LiveReply, Reader, Removal, Surface, ThreadTitles
from bot.domain.ports.turns import Quota, Turns
from bot.domain.ports.verdicts import Told, Verdicts
from bot.domain.ports.visitors import Curators, SignIn, Visitor
from bot.domain.ports.work import TaskQueue

__all__ = [
    "Aside",
    "Champions",
    "ChatModel",
    "Curators",
    "Languages",
    "LiveReply",
    "Names",
    "Places",
    "Preferences",
    "Quota",
    "Reader",
    "Removal",
    "Roles",
    "SignIn",
    "Standing",
    "Surface",
    "TakingUp",
    "TaskQueue",
    "ThreadTitles",
    "Told",
    "Tries",
    "Turns",
    "Verdicts",
    "Visitor",
]
