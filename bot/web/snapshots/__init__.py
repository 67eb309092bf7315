"""The screen Snapshots: what runs trained on."""

from bot.web.snapshots.routes import snapshots

__all__ = ["snapshots"]
