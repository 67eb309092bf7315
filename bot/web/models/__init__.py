"""The screen Models, with the lineage of replies and examples."""

from bot.web.models.lineage_routes import lineage
from bot.web.models.routes import models

__all__ = ["lineage", "models"]
