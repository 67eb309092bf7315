"""assistant.threads.*: the status line, the title and the suggested prompts of a thread."""

from bot.sandbox.call import Call
from bot.sandbox.config import Json
from bot.sandbox.errors import SlackRefusal


def set_status(call: Call) -> Json:
    """Shown until it is set empty or the app answers in the thread."""
    channel, thread_ts = _thread(call)
    loading = call.structure("loading_messages", "invalid_arguments") or []
    if not isinstance(loading, list) or len(loading) > 10:
        raise SlackRefusal("invalid_arguments", "[ERROR] no more than 10 loading_messages allowed")
    _update(call, channel, thread_ts, status=call.text("status") or "", loading_messages=loading)
    return {}


def set_title(call: Call) -> Json:
    channel, thread_ts = _thread(call)
    _update(call, channel, thread_ts, title=call.required("title"))
    return {}


def set_suggested_prompts(call: Call) -> Json:
    """With no thread_ts: for the whole conversation with the app."""
    channel = call.channel("channel_id")
    prompts = call.structure("prompts", "invalid_arguments")
    well_formed = (
        isinstance(prompts, list)
        and 1 <= len(prompts) <= 4
        and all(
            isinstance(each, dict) and each.get("title") and each.get("message") for each in prompts
        )
    )
    if not well_formed:
        raise SlackRefusal(
            "invalid_arguments", "[ERROR] prompts must be 1 to 4 of {title, message}"
        )
    thread_ts = call.text("thread_ts") or ""
    _update(call, channel, thread_ts, prompts=prompts, prompts_title=call.text("title") or "")
    return {}


def _thread(call: Call) -> tuple[Json, str]:
    channel = call.channel("channel_id")
    thread_ts = call.required("thread_ts")
    if not call.sandbox.state.messages.thread(channel["id"], thread_ts):
        raise SlackRefusal("thread_not_found")
    return channel, thread_ts


def _update(call: Call, channel: Json, thread_ts: str, **changes: object) -> None:
    call.sandbox.state.threads.update(channel["id"], thread_ts, **changes)
    call.sandbox.changes.announce()


METHODS = {
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setTitle": set_title,
    "assistant.threads.setSuggestedPrompts": set_suggested_prompts,
}
