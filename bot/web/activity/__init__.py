"""The screen Activity: who decided what, and when."""

from bot.web.activity.routes import activity

__all__ = ["activity"]
