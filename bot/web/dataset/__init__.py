"""The screen Dataset: browse and search, totals and growth, one example with its whole story."""

from bot.web.dataset.routes import dataset

__all__ = ["dataset"]
