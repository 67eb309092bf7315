"""The screen People: who taught the bot what."""

from bot.web.people.routes import people

__all__ = ["people"]
