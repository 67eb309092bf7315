"""Answering turns: what `tasks` calls, and what it is made of."""

from bot.chat.answering import Chat, Forgetting
from bot.chat.asking import Asking
from bot.chat.context import Context
from bot.chat.rules import Rules
from bot.chat.trimming import trim

__all__ = ["Asking", "Chat", "Context", "Forgetting", "Rules", "trim"]
