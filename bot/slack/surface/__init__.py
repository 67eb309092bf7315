"""`Surface` on Slack: status line, streamed replies, replies posted and edited."""

from bot.slack.surface.surface import SlackSurface

__all__ = ["SlackSurface"]
