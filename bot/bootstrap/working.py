"""All that is done in durable tasks."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.adapters.openai import OpenAIChatModel
from bot.bootstrap.chatting import chat_of
from bot.bootstrap.parts import Connections, Parts
from bot.curation import Curation
from bot.documents import Documents
from bot.domain.conversation import Turn
from bot.slack.announcing import Announcing
from bot.slack.corrected import Corrected
from bot.slack.corrected_messages import CorrectedMessages
from bot.slack.correcting import Correcting
from bot.slack.files import SlackFiles
from bot.slack.news import News
from bot.slack.thanks import Thanks
from bot.tasks import Answering, FeedbackWork, RunWork, Work


def work_of(
    made: Connections, parts: Parts, catch_up: Callable[[Turn, Sequence[str]], Awaitable[None]]
) -> Work:
    """`catch_up` takes the replies that overtook the mention of their thread."""
    return Work(
        answering=Answering(chat_of(made, parts), parts.turns, parts.taking_up, catch_up),
        feedback=_feedback(made, parts),
        runs=_runs(made, parts),
        remove=parts.remove,
        tidy=parts.kit.tidy,
        forget_person=parts.privacy.forget_person,
        schedule=made.settings.retrain_schedule,
        trying=parts.trying,
    )


def _feedback(made: Connections, parts: Parts) -> FeedbackWork:
    clients, people, preferences = parts.clients, parts.people, parts.preferences
    turns, verdicts, told = parts.turns, parts.verdicts, parts.told
    thanks = Thanks(clients, people, told, made.settings.retrain_schedule)
    return FeedbackWork(
        turns=turns,
        verdicts=verdicts,
        curation=Curation(
            turns, verdicts, parts.roles, parts.dataset_of, made.settings.auto_approve
        ),
        thanks=thanks,
        corrected=Corrected(
            CorrectedMessages(clients, people, turns),
            preferences,
            turns,
            verdicts,
            told,
            parts.dataset_of,
        ),
        correcting=Correcting(
            turns,
            verdicts,
            preferences,
            parts.visibility,
            people,
            SlackFiles(clients, made.session),
            parts.names,
            Documents(),
            thanks,
        ),
        news=News(
            clients,
            people,
            preferences,
            turns,
            verdicts,
            told,
            OpenAIChatModel(made.models),
            made.kit.workspace,
        ),
    )


def _runs(made: Connections, parts: Parts) -> RunWork:
    return RunWork(
        runs_of=parts.runs_of,
        notices=parts.notices,
        announcing=Announcing(parts.clients, parts.notices, parts.told, parts.roles.admins_of),
        ending=parts.ending.listed,
        champions=parts.champions,
        teams=parts.installed,
        poll=timedelta(seconds=made.settings.poll_seconds),
        min_new_examples=made.settings.retrain_min_new_examples,
    )
