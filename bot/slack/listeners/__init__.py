"""The whole routing table: what Slack sends, and which listener takes it."""

from slack_bolt.async_app import AsyncApp

from bot.slack.listeners.actions import Actions
from bot.slack.listeners.commands import Commands
from bot.slack.listeners.events import Events
from bot.slack.listeners.shortcuts import Shortcuts
from bot.slack.listeners.views import Views
from bot.slack.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Connect every listener. Each writes to Redis before Slack gets its 200."""
    events = Events(services)
    app.event("app_mention")(events.message)
    app.event("message")(events.message)
    app.event("reaction_added")(events.reaction_added)
    app.event("reaction_removed")(events.reaction_removed)
    app.event("app_home_opened")(events.home_opened)

    actions = Actions(services)
    app.action("feedback")(actions.feedback)
    app.action("run_promote")(actions.promote)
    app.action("run_decline")(actions.decline)
    app.action("run_cancel")(actions.cancel)
    app.action("open_queue")(actions.nothing)

    views = Views(services)
    app.view("correction")(views.correction)
    app.view("retrain")(views.retrain)

    app.command("/retrain")(Commands(services).retrain)
    app.shortcut("correct_reply")(Shortcuts(services).correct_reply)
