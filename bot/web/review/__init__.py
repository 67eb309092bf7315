"""The screen Review: what waits for a decision."""

from bot.web.review.routes import review

__all__ = ["review"]
