"""The provider's errors in our words: which may pass, and why a model will not answer for good.

Codes as OpenAI and those who speak its wire format send them, in the body or inside the stream.
"""

import openai

from bot.errors import (
    AccessRefused,
    BotError,
    ContentRefused,
    ModelGone,
    ModelRefused,
    ModelSilent,
    ModelUnavailable,
    TooLong,
)
from finetune import discreet

_LONG = frozenset({"context_length_exceeded", "string_above_max_length", "request_too_large"})
_FILTERED = frozenset(
    {"content_filter", "content_policy_violation", "moderation_blocked", "safety"}
)
_ACCESS = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "account_deactivated",
        "invalid_api_key",
    }
)
_GONE = frozenset({"model_not_found", "model_not_available", "model_deprecated"})
_SAID_LONG = ("maximum context length", "context window", "too many tokens", "prompt is too long")
# Worth another try later: the rest of the 4xx family says no for good.
_PASSING = (
    openai.RateLimitError,
    openai.InternalServerError,
    openai.ConflictError,
)
_BY_CODE = (
    (_LONG, TooLong),
    (_FILTERED, ContentRefused),
    (_ACCESS, AccessRefused),
    (_GONE, ModelGone),
)


def refused(error: openai.OpenAIError) -> BotError:
    """What to raise instead; its message keeps the provider's words for the log."""
    return _kind(error)(discreet(str(error)))  # some repeat our key


def _kind(error: openai.OpenAIError) -> type[BotError]:
    if isinstance(error, openai.APITimeoutError):
        return ModelSilent
    code = str(getattr(error, "code", None) or getattr(error, "type", None) or "")
    for codes, kind in _BY_CODE:
        if code in codes:
            return kind
    if not isinstance(error, openai.APIStatusError) or isinstance(error, _PASSING):
        return ModelUnavailable
    return _by_status(error)


def _by_status(error: openai.APIStatusError) -> type[BotError]:
    if error.status_code in (401, 402, 403):
        return AccessRefused
    if error.status_code in (404, 410):
        return ModelGone
    if error.status_code == 408:  # the request took too long
        return ModelSilent
    said = str(error).lower()
    if error.status_code == 413 or any(words in said for words in _SAID_LONG):
        return TooLong
    return ModelRefused
