"""What Slack posts to this bot: one builder for each thing that people do, with ids that exist."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, TEAM
from tests.fakes import slack_payloads as slack
from tests.fakes.workplace import BOT

Json = dict[str, Any]
EVENT, INTERACTION, COMMAND = "event", "interaction", "command"


@dataclass(frozen=True)
class Known:
    """Ids of a house where somebody has asked and corrected."""

    answer: Json  # the bot's message
    reply_id: str
    example_id: str
    run_id: str = "run-261121-3f9a2c41"


@dataclass(frozen=True)
class Shape:
    """`build` makes a new payload every time, with new ids of its own."""

    name: str
    kind: str
    build: Callable[[], Json]


def person(user: str) -> slack.Sender:
    return slack.Sender(team=TEAM, user=user, channel=CHANNEL, bot_user=BOT)


ASKS, CURATES, RULES = person(ASKER), person(CURATOR), person(ADMIN)


def shapes(known: Known) -> list[Shape]:
    """All of them."""
    return [*_events(known), *_clicks(known), *_views(known), *_others(known)]


def _events(known: Known) -> list[Shape]:
    at = {"type": "message", "channel": CHANNEL, "ts": known.answer["ts"]}
    question = {"ts": known.answer["thread_ts"], "user": ASKER, "type": "message"}
    events: dict[str, Callable[[], Json]] = {
        "mention": lambda: slack.mention(ASKS, "how many days?"),
        "message": lambda: slack.written(ASKS, "and then?", thread_ts=known.answer["thread_ts"]),
        "direct": lambda: slack.direct(ASKS, "hello"),
        "file": lambda: slack.mention(ASKS, "look", files=[{"id": "F0FILE0001", "name": "a.txt"}]),
        "changed": lambda: slack.written(
            ASKS,
            "",
            subtype="message_changed",
            message={**question, "text": "else?", "edited": {"user": ASKER, "ts": slack.stamp()}},
            previous_message={**question, "text": "how?"},
        ),
        "deleted": lambda: slack.written(
            ASKS, "", subtype="message_deleted", previous_message=question, deleted_ts="1.1"
        ),
        "corrected": lambda: slack.written(
            CURATES, f"<@{BOT}> correction: 25 days", thread_ts=known.answer["thread_ts"]
        ),
        "reaction_added": lambda: slack.reaction(ASKS, "reaction_added", at),
        "reaction_removed": lambda: slack.reaction(ASKS, "reaction_removed", at),
        "home": lambda: {"type": "app_home_opened", "user": ADMIN, "tab": "home", "channel": "D1"},
        "pane": lambda: {
            "type": "app_home_opened",
            "user": ASKER,
            "tab": "messages",
            "channel": "D1",
        },
        "tokens_revoked": lambda: {"type": "tokens_revoked", "tokens": {"bot": [], "oauth": ["U"]}},
    }
    return [
        Shape(f"event {name}", EVENT, lambda made=made: slack.envelope(ASKS, made()))  # type: ignore[misc]
        for name, made in events.items()
    ]


def _clicks(known: Known) -> list[Shape]:
    about = json.dumps({"example_id": known.example_id, "seen": "0"})
    under = {
        "feedback": "down",
        "stop_reply": known.reply_id,
        "answer_again": known.reply_id,
        "news_off": "x",
        "run_promote": known.run_id,
        "run_hold": known.run_id,
        "run_decline": known.run_id,
        "run_cancel": known.run_id,
    }
    home = {
        "open_queue": "x",
        "home_page_back": "0",
        "home_page_on": "1",
        "home_opt_in": "x",
        "home_news": "on",
        "review_approve": about,
        "review_reject": about,
        "review_edit": about,
        "channel_edit": CHANNEL,
        "workspace_edit": "x",
    }

    def action(name: str, value: str) -> Json:
        return {"type": "button", "action_id": name, "value": value}

    def chosen() -> Json:
        select = {"type": "conversations_select", "action_id": "channel_choose"}
        return slack.block_actions(RULES, {**select, "selected_conversation": CHANNEL})

    return [
        *(
            Shape(
                f"click {name}",
                INTERACTION,
                lambda name=name, value=value: slack.block_actions(  # type: ignore[misc]
                    RULES, action(name, value), known.answer
                ),
            )
            for name, value in under.items()
        ),
        *(
            Shape(
                f"click {name}",
                INTERACTION,
                lambda name=name, value=value: slack.block_actions(RULES, action(name, value)),  # type: ignore[misc]
            )
            for name, value in home.items()
        ),
        Shape("click channel_choose", INTERACTION, chosen),
    ]


def _views(known: Known) -> list[Shape]:
    def field(value: str) -> Json:
        return {"type": "plain_text_input", "value": value}

    metadata = {
        "correction": {"reply_id": known.reply_id},
        "retrain": {"channel": CHANNEL},
        "review_edit": {"example_id": known.example_id, "seen": "0", "page": "0"},
        "channel": {"channel": CHANNEL, "changed_at": 0, "page": "0"},
        "workspace": {"page": "0"},
    }
    values = {
        name: {name: field("25 days")}
        for name in ("correction", "note", "base_typed", "instructions", "model_name", "title_1")
    }

    def submitted(name: str) -> Json:
        view = slack.view(
            RULES, name, private_metadata=json.dumps(metadata[name]), state={"values": values}
        )
        return slack.view_submission(RULES, view)

    return [
        *(
            Shape(f"submit {name}", INTERACTION, lambda name=name: submitted(name))  # type: ignore[misc]
            for name in metadata
        ),
        Shape(
            "close", INTERACTION, lambda: slack.view_closed(RULES, slack.view(RULES, "correction"))
        ),
    ]


def _others(known: Known) -> list[Shape]:
    words = (
        "",
        "status",
        "history",
        "cancel",
        "promote",
        "rollback",
        "help",
        "channel",
        "reject x",
    )
    return [
        *(
            Shape(
                f"menu {name}",
                INTERACTION,
                lambda name=name: slack.message_action(ASKS, name, known.answer),  # type: ignore[misc]
            )
            for name in ("correct_reply", "try_again")
        ),
        Shape("options", INTERACTION, lambda: slack.block_suggestion(RULES, "model")),
        *(
            Shape(f"/retrain {word}", COMMAND, lambda word=word: slack.command(RULES, word))  # type: ignore[misc]
            for word in words
        ),
        Shape(
            "url_verification",
            EVENT,
            lambda: {"type": "url_verification", "challenge": "3eZbrw1aB"},
        ),
    ]
