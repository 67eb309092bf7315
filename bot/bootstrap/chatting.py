"""The half of the worker that answers."""

from bot.adapters.openai import OpenAIChatModel
from bot.bootstrap.parts import Connections, Parts
from bot.chat import Asking, Chat, Context, Rules
from bot.slack.reading import slack_reader
from bot.slack.removal import SlackRemoval
from bot.slack.surface import SlackSurface
from bot.slack.titles import SlackTitles
from bot.web.learn import LEARN_PATH


def chat_of(made: Connections, parts: Parts) -> Chat:
    """Wires the chat."""
    settings, clients, people = made.settings, parts.clients, parts.people
    learn_url = f"{settings.web_url}{LEARN_PATH}" if settings.public_url else ""
    surface = SlackSurface(clients, people, learn_url)
    reader = slack_reader(clients, people, made.session, settings.max_context_tokens // 2)
    context = Context(parts.turns, reader, people, parts.preferences)
    asking = Asking(
        turns=parts.turns,
        surface=surface,
        model=OpenAIChatModel(made.models),
        reader=reader,
        context=context,
        limit=settings.max_context_tokens,
        fallback=settings.fallback_model,
        images=settings.image_models,
        metrics=made.metrics,
    )
    return Chat(
        turns=parts.turns,
        asking=asking,
        context=context,
        rules=Rules(parts.quota, settings.user_rate_limit),
        champions=parts.champions,
        surface=surface,
        removal=SlackRemoval(surface),
        titles=SlackTitles(clients, parts.names),
        languages=people,
        preferences=parts.preferences,
        privacy=parts.privacy,
        system_prompt=settings.system_prompt,
        metrics=made.metrics,
    )
