"""One of everything that the bot draws with: a Home, a message and a form that show every block and input."""

from typing import Any

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def option(value: str, words: str, more: str = "") -> Json:
    made: Json = {"value": value, "text": plain(words)}
    return made | ({"description": plain(more)} if more else {})


def chosen(kind: str, action_id: str, *options: Json, initial: object = None) -> Json:
    name = "initial_options" if kind == "checkboxes" else "initial_option"
    made: Json = {"type": kind, "action_id": action_id, "options": list(options)}
    return made | ({name: initial} if initial else {})


def asked(block_id: str, label: str, element: Json, **more: Any) -> Json:
    inside = {"action_id": block_id, **element}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": inside, **more}


YES, NO = option("yes", "Keep my questions", "For training"), option("no", "Leave me out")
CONFIRM = {
    "title": plain("Reject this example?"),
    "text": mrkdwn("It will *not* be learnt."),
    "confirm": plain("Reject"),
    "deny": plain("Cancel"),
    "style": "danger",
}
DIFF = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "You get "},
                {"type": "text", "text": "20", "style": {"strike": True}},
                {"type": "text", "text": "25", "style": {"bold": True}},
                {"type": "text", "text": " days."},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
                for words in ("since 2026", "for everyone")
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "as the handbook says"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "days = 25"}]},
    ],
}
TABLE = {
    "type": "table",
    "rows": [
        [{"type": "raw_text", "text": words} for words in row]
        for row in (("Run", "Fixed", "Kept"), ("7", "5 of 6", "41 of 41"))
    ],
}


def home(file_id: str) -> list[Json]:
    """Blocks of a Home tab; `file_id` is a picture that the app uploaded."""
    more = chosen("overflow", "more", option("edit", "Edit"), option("drop", "Reject"))
    return [
        {"type": "header", "text": plain("Review queue")},
        {
            "type": "section",
            "text": mrkdwn("*1 of 12* · asked by <@U0ASKER001>"),
            "accessory": more,
        },
        DIFF,
        {
            "type": "section",
            "fields": [mrkdwn("*Champion*\nhandbook-7"), mrkdwn("*Approved*\n128 examples")],
        },
        {
            "type": "actions",
            "elements": [
                {"type": "button", "action_id": "go", "text": plain("Approve"), "style": "primary"},
                {
                    "type": "button",
                    "action_id": "reject",
                    "text": plain("Reject"),
                    "style": "danger",
                    "confirm": CONFIRM,
                },
                chosen("static_select", "page", option("1", "Page 1"), option("2", "Page 2")),
            ],
        },
        {"type": "actions", "elements": [chosen("checkboxes", "keep", YES, initial=[YES])]},
        {"type": "actions", "elements": [chosen("radio_buttons", "news", YES, NO, initial=YES)]},
        {"type": "divider"},
        {
            "type": "image",
            "title": plain("Training loss"),
            "slack_file": {"id": file_id},
            "alt_text": "Loss",
        },
        {
            "type": "context",
            "elements": [mrkdwn("Answered by `handbook-7`"), plain("since Monday")],
        },
    ]


FORM = {
    "type": "modal",
    "callback_id": "gallery",
    "title": plain("Every input"),
    "submit": plain("Save"),
    "close": plain("Cancel"),
    "blocks": [
        {"type": "section", "text": mrkdwn("*12* examples since the last run")},
        asked(
            "reply",
            "What should the reply have been?",
            {"type": "plain_text_input", "multiline": True, "initial_value": "You get 20 days."},
        ),
        asked("reason", "Reason", chosen("radio_buttons", "reason", option("wrong", "Wrong"), NO)),
        asked(
            "model", "Base model", chosen("static_select", "model", option("m", "handbook-base"))
        ),
        asked(
            "dry", "Options", chosen("checkboxes", "dry", option("dry", "Dry run")), optional=True
        ),
        asked(
            "limit",
            "At most",
            {"type": "number_input", "is_decimal_allowed": False, "initial_value": "3"},
            hint=plain("jobs a day"),
        ),
        asked("where", "Channel", {"type": "conversations_select"}),
        asked("who", "Who else", {"type": "multi_users_select"}, optional=True),
        asked("day", "From", {"type": "datepicker", "initial_date": "2026-11-20"}),
        asked("at", "Until", {"type": "datetimepicker"}, optional=True),
    ],
}
