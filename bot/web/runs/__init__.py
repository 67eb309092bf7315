"""The screen Runs: retrainings, from their start to what an admin decides about them."""

from bot.web.runs.routes import runs

__all__ = ["runs"]
