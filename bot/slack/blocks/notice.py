"""A modal that only says something."""

from slack_sdk.models.views import View

from bot.slack.blocks.parts import section


def notice_view(title: str, text: str) -> View:
    """A modal that only says something."""
    return View(type="modal", title=title, close="Close", blocks=[section(text)])
