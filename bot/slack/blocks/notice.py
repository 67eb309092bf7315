"""A modal that only says something."""

from slack_sdk.models.views import View

from bot.slack.blocks.parts import section


def notice_view(title: str, text: str, close: str = "Close") -> View:
    """A modal that only says something."""
    return View(type="modal", title=title, close=close, blocks=[section(text)])
