"""The modal in which an admin sets how the bot behaves in one channel."""

import json
import re
from collections.abc import Mapping
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ContextBlock,
    InputBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.domain.preferences import ChannelSettings
from bot.slack.blocks.parts import FIELD_LIMIT, date, section
from bot.texts.places import PlaceTexts

CHAMPION, FIXED = "champion", "fixed"
_MODEL = re.compile(r"[\w.:/@-]{1,200}", re.ASCII)
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}")


def is_channel(name: object) -> bool:
    """Whether this is the id of a channel; direct messages have no settings."""
    return isinstance(name, str) and bool(_CHANNEL.fullmatch(name))


def channel_view(channel: str, now: ChannelSettings, page: str, said: PlaceTexts) -> View:
    """What holds now, to be changed. `page`: where App Home stands, empty if it is not behind."""
    about = {"channel": channel, "changed_at": now.changed_at, "page": page}
    return View(
        type="modal",
        callback_id="channel",
        title=said.channel_title,
        submit=said.save,
        close=said.cancel,
        private_metadata=json.dumps(about),
        blocks=[
            section(said.about.format(channel=channel)),
            _radio(
                "allowed",
                said.answers_here,
                {"yes": said.answers_yes, "no": said.answers_no},
                "yes" if now.allowed else "no",
            ),
            _radio(
                "model",
                said.model,
                {CHAMPION: said.model_champion, FIXED: said.model_fixed},
                FIXED if now.model else CHAMPION,
            ),
            _text("model_name", said.model_name, said.model_name_hint, now.model, 200),
            _text(
                "system_prompt",
                said.system_prompt,
                said.system_prompt_hint,
                now.system_prompt,
                FIELD_LIMIT,
                lines=True,
            ),
            _language(now, said),
            _radio(
                "show_corrections",
                said.shows_corrections,
                {"yes": said.shows_yes, "no": said.shows_no},
                "yes" if now.show_corrections else "no",
            ),
            *_changed(now, said),
        ],
    )


def chosen_settings(view: Mapping[str, Any], user: str, at: float) -> ChannelSettings | None:
    """What was chosen; None where a fixed model is wanted and no name of one is written."""
    fixed = _chosen(view, "model") == FIXED
    name = (_entered(view, "model_name") or "").strip()
    if fixed and not _MODEL.fullmatch(name):
        return None
    return ChannelSettings.model_validate(
        {
            "allowed": _chosen(view, "allowed") != "no",
            "model": name if fixed else "",
            "system_prompt": (_entered(view, "system_prompt") or "").strip(),
            "language": {"en": "en", "ja": "ja"}.get(_chosen(view, "language") or "", ""),
            "show_corrections": _chosen(view, "show_corrections") == "yes",
            "changed_by": user,
            "changed_at": at,
        }
    )


def _language(now: ChannelSettings, said: PlaceTexts) -> InputBlock:
    names = {"reader": said.language_reader, "en": "English", "ja": "日本語"}
    options = {value: Option(value=value, text=text) for value, text in names.items()}
    select = StaticSelectElement(
        action_id="language",
        options=list(options.values()),
        initial_option=options[now.language or "reader"],
    )
    return InputBlock(block_id="language", label=said.language, element=select)


def _radio(name: str, label: str, texts: Mapping[str, str], now: str) -> InputBlock:
    options = {value: Option(value=value, text=text) for value, text in texts.items()}
    return InputBlock(
        block_id=name,
        label=label,
        element=RadioButtonsElement(
            action_id=name, options=list(options.values()), initial_option=options[now]
        ),
    )


def _text(
    name: str, label: str, hint: str, now: str, most: int, *, lines: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=label,
        hint=hint,
        optional=True,
        element=PlainTextInputElement(
            action_id=name, multiline=lines, max_length=most, initial_value=now or None
        ),
    )


def _changed(now: ChannelSettings, said: PlaceTexts) -> list[Block]:
    if not now.changed_by:
        return []
    text = said.changed.format(user=now.changed_by, date=date(now.changed_at))
    return [ContextBlock(elements=[MarkdownTextObject(text=text)])]


def _entered(view: Mapping[str, Any], name: str) -> str | None:
    state = view["state"]["values"].get(name, {}).get(name, {})
    value = state.get("value")
    return None if value is None else str(value)


def _chosen(view: Mapping[str, Any], name: str) -> str | None:
    state = view["state"]["values"].get(name, {}).get(name, {})
    value = (state.get("selected_option") or {}).get("value")
    return None if value is None else str(value)
