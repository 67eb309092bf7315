"""What people do that an app hears of as interactions: click, submit, close, shortcut, slash command.

Called by `control.py`. Builds the payload, sends it through the dispatcher, applies the app's answer, and shows
Slack's own words to the person where the app failed; such a failure is not delivered again.
"""

from dataclasses import replace
from typing import Any

from bot.sandbox import payloads, posting
from bot.sandbox.blocks import check_message, check_view
from bot.sandbox.config import Json
from bot.sandbox.dispatcher import Answer
from bot.sandbox.errors import BadRequest, SlackRefusal
from bot.sandbox.json_text import read_json
from bot.sandbox.message_store import Message
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.view_state import action, filled, find, missing
from bot.sandbox.view_store import View, new_view

TROUBLE = "We had some trouble connecting. Try again?"


def _feedback_key(blocks: list[Json], block: Json, element: Json) -> str:
    """Which of a message's feedback buttons; their blocks get new ids when the message is edited."""
    kin = [
        each["block_id"]
        for each in blocks
        if any(part.get("type") == "feedback_buttons" for part in each.get("elements") or ())
    ]
    number = kin.index(block["block_id"])
    return f"{element['action_id']}#{number}" if number else str(element["action_id"])


async def click_in_message(
    sandbox: Sandbox, user: str, message: Message, channel: Json, wanted: Json, *, base_url: str
) -> Answer:
    """`wanted`: action_id, block_id, value, values (other inputs of the message)."""
    blocks = message.body.get("blocks", [])
    block, element = find(blocks, wanted["action_id"], wanted.get("block_id"))
    entry = action(block, element, wanted.get("value"))
    if element["type"] == "feedback_buttons":
        posting.press(sandbox, message, user, _feedback_key(blocks, block, element), entry["value"])
    payload = payloads.block_actions(
        user,
        sandbox.triggers.issue(user),
        entry,
        state=filled(blocks, wanted.get("values") or {}),
        source=payloads.message_source(message, channel),
        response_url=_response_url(sandbox, base_url, user, message),
    )
    answer = await sandbox.dispatcher.interaction(payload)
    if not answer.accepted:
        _tell(sandbox, user, channel, message.inside, f"This action {_failure(answer)}")
    return answer


async def click_in_view(sandbox: Sandbox, user: str, view: View, wanted: Json) -> Answer:
    """A button or select in a modal or in the Home tab."""
    block, element = find(view.body["blocks"], wanted["action_id"], wanted.get("block_id"))
    values = {**(wanted.get("values") or {})}
    if wanted.get("value") is not None and element["type"] not in ("button", "overflow"):
        values[element["action_id"]] = wanted["value"]
    state = filled(view.body["blocks"], values)
    shown = {**view.body, "state": {"values": state}}
    sandbox.state.views.save(replace(view, body=shown))
    payload = payloads.block_actions(
        user,
        sandbox.triggers.issue(user),
        action(block, element, wanted.get("value")),
        state=state,
        source=payloads.view_source(shown),
        response_url=None,
    )
    answer = await sandbox.dispatcher.interaction(payload)
    if not answer.accepted:
        _view_errors(sandbox, view.view_id, {"": TROUBLE})
    return answer


async def shortcut(
    sandbox: Sandbox, user: str, message: Message, channel: Json, callback_id: str, *, base_url: str
) -> Answer:
    payload = payloads.message_action(
        user,
        sandbox.triggers.issue(user),
        callback_id,
        message,
        channel,
        response_url=_response_url(sandbox, base_url, user, message),
    )
    answer = await sandbox.dispatcher.interaction(payload)
    if not answer.accepted:
        _tell(sandbox, user, channel, message.inside, f"This shortcut {_failure(answer)}")
    return answer


async def command(
    sandbox: Sandbox, user: str, channel: Json, name: str, text: str, *, base_url: str
) -> tuple[Answer, str | None]:
    """The answer, and its text where the app answered with one (seen by this person only, as a rule)."""
    about = {"user": user, "channel": channel["id"]}
    fields = payloads.slash_command(
        user,
        channel,
        name,
        text,
        trigger_id=sandbox.triggers.issue(user),
        response_url=f"{base_url}/sandbox/response/{sandbox.state.response_urls.issue(about)}",
    )
    answer = await sandbox.dispatcher.command(fields)
    if not answer.accepted:
        _tell(sandbox, user, channel, None, f"{name} {_failure(answer)}")
        return answer, None
    try:
        return answer, _show_answer(sandbox, user, channel, answer.body)
    except SlackRefusal as refusal:
        text = f'{name} failed with the error "{refusal.error}"'
        _tell(sandbox, user, channel, None, text)
        return answer, None


async def submit(sandbox: Sandbox, user: str, view: View, values: Json) -> Json:
    """Send what was filled in; `{closed, errors}` as the person sees it."""
    state = filled(view.body["blocks"], values)
    shown = {**view.body, "state": {"values": state}}
    view = sandbox.state.views.save(replace(view, body=shown, errors={}))
    errors = missing(view.body["blocks"], state)
    if errors:
        _view_errors(sandbox, view.view_id, errors)
        return {"closed": False, "errors": errors}
    payload = payloads.view_submission(user, sandbox.triggers.issue(user), shown)
    answer = await sandbox.dispatcher.interaction(payload)
    try:
        errors = _apply(sandbox, view, answer)
    except (SlackRefusal, ValueError):
        errors = {"": TROUBLE}
    _view_errors(sandbox, view.view_id, errors)
    return {"closed": sandbox.state.views.get(view.view_id) is None, "errors": errors}


async def close(sandbox: Sandbox, user: str, view: View, *, everything: bool) -> None:
    """The person's cross or Cancel; the app hears of it only where it asked to."""
    closing = sandbox.state.views.stack(user)[::-1] if everything else [view]
    for each in closing:
        sandbox.state.views.remove(each.view_id)
    sandbox.changes.announce()
    for each in closing:
        if each.body.get("notify_on_close"):
            payload = payloads.view_closed(user, each.body, is_cleared=everything)
            await sandbox.dispatcher.interaction(payload)


def _apply(sandbox: Sandbox, view: View, answer: Answer) -> dict[str, str]:
    """Do what the app answered to a submission; errors to show where it refused."""
    if not answer.accepted:
        return {"": TROUBLE}
    said = read_json(answer.body) if answer.body.strip() else {}
    if not isinstance(said, dict):
        return {"": TROUBLE}
    views = sandbox.state.views
    match said.get("response_action"):
        case None:
            views.remove(view.view_id)
        case "clear":
            views.clear(view.user)
        case "errors":
            return _known_errors(view, said.get("errors"))
        case "update":
            views.save(view.with_definition(check_view(said.get("view"))))
        case "push":
            views.save(new_view(view.user, "modal", check_view(said.get("view")), below=view))
        case _:
            return {"": TROUBLE}
    return {}


def _known_errors(view: View, errors: Any) -> dict[str, str]:
    """Slack takes errors for the view's input blocks only; anything else is an app that failed."""
    inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        return {"": TROUBLE}
    return {str(block): str(error) for block, error in errors.items()}


def _view_errors(sandbox: Sandbox, view_id: str, errors: dict[str, str]) -> None:
    view = sandbox.state.views.get(view_id)
    if view is not None:
        sandbox.state.views.save(replace(view, errors=errors))
    sandbox.changes.announce()


def _show_answer(sandbox: Sandbox, user: str, channel: Json, body: str) -> str | None:
    """A command's 200 may carry a message: plain text, or JSON with text, blocks, response_type."""
    if not body.strip():
        return None
    try:
        said = read_json(body)
    except ValueError:
        said = {"text": body}
    if not isinstance(said, dict) or not (said.get("text") or said.get("blocks")):
        return None
    respond(sandbox, {"user": user, "channel": channel["id"]}, said)
    return str(said.get("text", ""))


def respond(sandbox: Sandbox, about: Json, said: Any) -> None:
    """What a response_url does: a message to the person or the channel, or a change of the clicked one."""
    if not isinstance(said, dict):
        raise SlackRefusal("invalid_payload")
    channel = sandbox.state.channels.get(about["channel"])
    if channel is None:
        raise BadRequest("The channel of this response_url is gone.", 404)
    source = sandbox.state.messages.get(channel["id"], about.get("message_ts", ""))
    if said.get("delete_original") and source:
        posting.delete(sandbox, source)
        return
    blocks = said.get("blocks")
    fields: Json = {
        "text": str(said.get("text") or ""),
        "blocks": check_message(blocks) if blocks else None,
    }
    if said.get("replace_original") and source:
        posting.edit(sandbox, source, **fields)
        return
    body = {**posting.bot_author(), **{key: value for key, value in fields.items() if value}}
    alone = said.get("response_type", "ephemeral") != "in_channel"
    posting.post(
        sandbox,
        channel,
        {"text": "", **body},
        thread_ts=str(said.get("thread_ts") or about.get("thread_ts") or "") or None,
        visible_to=about["user"] if alone else None,
    )


def _tell(sandbox: Sandbox, user: str, channel: Json, thread_ts: str | None, text: str) -> None:
    """Slackbot's words to one person."""
    body = {"user": "USLACKBOT", "text": text}
    posting.post(sandbox, channel, body, thread_ts=thread_ts, visible_to=user)


def _failure(answer: Answer) -> str:
    if answer.reason == "http_timeout":
        return 'failed with the error "operation_timeout"'
    if answer.status is None:
        return 'failed with the error "dispatch_failed"'
    return f'failed with the error "dispatch_failed": the app answered with status {answer.status}'


def _response_url(sandbox: Sandbox, base_url: str, user: str, message: Message) -> str:
    about = {
        "user": user,
        "channel": message.channel,
        "message_ts": message.ts,
        "thread_ts": message.inside,
    }
    return f"{base_url}/sandbox/response/{sandbox.state.response_urls.issue(about)}"
