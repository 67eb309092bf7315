"""The SDK's errors as ours, in one line each; shared by everything that talks to a provider."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.utils import parsedate_to_datetime

import openai

from finetune.dataset.discreet import discreet
from finetune.errors import ModelMissing, ProviderError, ProviderUnavailable, QuestionRefused

# Worth asking again later. "No credit left" comes as 429 too, but no waiting mends it.
PASSING = (
    openai.APIConnectionError,
    openai.ConflictError,
    openai.InternalServerError,
    openai.RateLimitError,
)
# What a refusal of one question looks like; any other (401, 403, …) concerns the whole account.
NOT_FOUND = 404
OF_ONE_QUESTION = frozenset({400, 413, 422})
OF_THE_ACCOUNT = frozenset({"billing_hard_limit_reached", "billing_not_active"})


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """ProviderError or ProviderUnavailable, in one line, instead of the SDK's errors."""
    try:
        yield
    except openai.APIStatusError as error:
        passing = isinstance(error, PASSING) or error.status_code == 408
        if passing and error.code != "insufficient_quota":
            unavailable = ProviderUnavailable(_line(error))
            unavailable.retry_after = _retry_after(error)
            raise unavailable from error
        raise ProviderError(_line(error)) from error
    except openai.APIConnectionError as error:
        cause = error.__cause__ or error
        address = f"{error.request.url.scheme}://{error.request.url.netloc.decode()}"
        raise ProviderUnavailable(f"{address} cannot be reached: {discreet(str(cause))}") from error
    except openai.OpenAIError as error:
        said = discreet(str(error))
        raise ProviderError(f"the provider's answer cannot be used: {said}") from error


def _line(error: openai.APIStatusError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    said = discreet(str(body.get("message") or error.message))  # some repeat our key
    reason = " ".join("".join(c if c.isprintable() else " " for c in said).split())
    return f"the provider said {error.status_code}: {reason[:500]}"


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds, from a number of milliseconds, of seconds, or a date."""
    headers = error.response.headers
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        with suppress(KeyError, ValueError):
            return max(0.0, float(headers[name]) * unit)
    with suppress(KeyError, TypeError, ValueError):
        return max(0.0, parsedate_to_datetime(headers["retry-after"]).timestamp() - time.time())
    return None


def refusal_of_question(error: openai.APIStatusError) -> ProviderError | None:
    """QuestionRefused or ModelMissing when only this question was refused, else None."""
    if error.code in OF_THE_ACCOUNT:
        return None
    if error.status_code == NOT_FOUND or error.code == "model_not_found":
        return ModelMissing(_line(error))
    if error.status_code in OF_ONE_QUESTION:
        return QuestionRefused(_line(error))
    return None
