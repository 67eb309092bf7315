"""The office and the branch of the bot's own stories, for people who should not be in them."""

from tests.scenarios.bot.conftest import approval, branch, models, office

__all__ = ["approval", "branch", "models", "office"]
