"""The modal in which an admin writes the questions that the agent pane suggests."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, DividerBlock, InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from bot.domain.preferences import Prompt, WorkspaceSettings
from bot.slack.blocks.parts import section
from bot.texts.places import PlaceTexts

PROMPTS = 4  # that Slack shows
TITLE, MESSAGE = 60, 500  # letters of each


def workspace_view(now: WorkspaceSettings, page: str, said: PlaceTexts) -> View:
    """What is suggested now, to be changed. `page`: where App Home stands."""
    blocks: list[Block] = [section(said.prompts_about)]
    for number in range(1, PROMPTS + 1):
        known = (
            now.prompts[number - 1] if number <= len(now.prompts) else Prompt(title="", message="")
        )
        blocks += [
            DividerBlock(),
            _field(f"title-{number}", said.prompt_title, number, known.title, TITLE),
            _field(f"message-{number}", said.prompt_message, number, known.message, MESSAGE),
        ]
    return View(
        type="modal",
        callback_id="workspace",
        title=said.prompts_title,
        submit=said.save,
        close=said.cancel,
        private_metadata=json.dumps({"page": page}),
        blocks=blocks,
    )


def chosen_prompts(view: Mapping[str, Any]) -> tuple[Prompt, ...]:
    """Those that are whole, in order."""
    written = (_pair(view, number) for number in range(1, PROMPTS + 1))
    return tuple(
        Prompt(title=title, message=message) for title, message in written if title and message
    )


def half_written(view: Mapping[str, Any], said: PlaceTexts) -> dict[str, str]:
    """What to say at fields that are empty while their other half is not."""
    errors = {}
    for number in range(1, PROMPTS + 1):
        title, message = _pair(view, number)
        if title and not message:
            errors[f"message-{number}"] = said.prompt_message_missing
        if message and not title:
            errors[f"title-{number}"] = said.prompt_title_missing
    return errors


def suggested(chosen: Sequence[Prompt], said: PlaceTexts) -> list[dict[str, str]]:
    """As Slack takes them; the usual ones where nobody chose any."""
    if chosen:
        return [{"title": p.title, "message": p.message} for p in chosen[:PROMPTS]]
    return [{"title": title, "message": message} for title, message in said.default_prompts]


def _field(name: str, label: str, number: int, now: str, most: int) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=label.format(number=number),
        optional=True,
        element=PlainTextInputElement(action_id=name, max_length=most, initial_value=now or None),
    )


def _pair(view: Mapping[str, Any], number: int) -> tuple[str, str]:
    return _entered(view, f"title-{number}"), _entered(view, f"message-{number}")


def _entered(view: Mapping[str, Any], name: str) -> str:
    state = view["state"]["values"].get(name, {}).get(name, {})
    return str(state.get("value") or "").strip()
