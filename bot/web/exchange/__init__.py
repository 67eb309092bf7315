"""The dataset in and out: /curate/dataset/import and /curate/dataset/export."""

from bot.web.exchange.receiving import uploading
from bot.web.exchange.routes import exchange

__all__ = ["exchange", "uploading"]
