"""The whole routing table: what Slack sends, and which listener takes it."""

from slack_bolt.async_app import AsyncApp

from bot.slack.listeners.aside import AsideButtons
from bot.slack.listeners.channels import Channels
from bot.slack.listeners.corrections import Corrections
from bot.slack.listeners.home import Home
from bot.slack.listeners.installation import Departures
from bot.slack.listeners.messages import Messages
from bot.slack.listeners.mishaps import Mishaps
from bot.slack.listeners.own_client import OwnClient
from bot.slack.listeners.reactions import Reactions
from bot.slack.listeners.retrain import Retrain
from bot.slack.listeners.review import Review
from bot.slack.listeners.runs import RunButtons
from bot.slack.listeners.thread_corrections import ThreadCorrections
from bot.slack.listeners.turns import TurnButtons
from bot.slack.services import Services


def register(app: AsyncApp, services: Services) -> None:
    """Connect every listener. Each writes to Redis before Slack gets its 200."""
    app.error(Mishaps(services).answer)
    app.use(OwnClient(services).give)
    messages = Messages(services)
    corrected = ThreadCorrections(services)
    for kind in ("app_mention", "message"):  # the first that matches takes it
        app.event(kind, matchers=[corrected.concerned])(corrected.message)
    app.event("app_mention")(messages.message)
    app.event("message")(messages.message)

    turns = TurnButtons(services)
    app.action("stop_reply")(turns.stop)
    app.action("answer_again")(turns.answer_again)
    app.shortcut("try_again")(turns.try_again)

    reactions = Reactions(services)
    app.event("reaction_added")(reactions.reaction_added)
    app.event("reaction_removed")(reactions.reaction_removed)

    corrections = Corrections(services)
    app.action("feedback")(corrections.feedback)
    app.action("news_off")(corrections.news_off)
    app.view("correction")(corrections.submitted)
    app.shortcut("correct_reply")(corrections.correct_reply)

    retrain = Retrain(services)
    app.command("/retrain")(retrain.command)
    app.view("retrain")(retrain.submitted)
    run = RunButtons(services)
    app.action("run_promote")(run.promote)
    app.action("run_hold")(run.hold)
    app.action("run_decline")(run.decline)
    app.action("run_cancel")(run.cancel)

    departures = Departures(services)
    app.event("app_uninstalled")(departures.uninstalled)
    app.event("tokens_revoked")(departures.tokens_revoked)

    _home(app, services)

    review = Review(services)
    app.action("review_approve")(review.approve)
    app.action("review_reject")(review.reject)
    app.action("review_edit")(review.edit)
    app.view("review_edit")(review.edited)

    channels = Channels(services)
    app.action("channel_edit")(channels.edit)
    app.action("channel_choose")(channels.edit)
    app.view("channel")(channels.saved)
    app.action("workspace_edit")(channels.edit_prompts)
    app.view("workspace")(channels.prompts_saved)


def _home(app: AsyncApp, services: Services) -> None:
    home = Home(services)
    app.event("app_home_opened")(home.opened)
    app.action("open_queue")(home.queue_opened)
    app.action("home_page_back")(home.leafed)
    app.action("home_page_on")(home.leafed)
    app.action("home_opt_out")(home.opted_out)
    app.action("home_opt_in")(home.opted_in)
    app.action("home_news")(home.news)

    aside = AsideButtons(services)
    app.action("aside_again")(aside.again)
    app.action("aside_dismiss")(aside.dismiss)
