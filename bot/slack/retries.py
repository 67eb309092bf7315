"""Which calls to Slack the SDK may send a second time by itself.

After a 5xx the first may have been carried out. Most calls may be done twice; a message that is
posted twice stands there twice. Whoever posts looks at the thread before the next try.
"""

from slack_sdk.http_retry.builtin_async_handlers import AsyncServerErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState

MAKES_A_MESSAGE = frozenset({"chat.postMessage", "chat.startStream"})


class RepeatableServerErrors(AsyncServerErrorRetryHandler):
    """Sends again after a 5xx, but for what makes a message."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if request.url.rpartition("/")[2] in MAKES_A_MESSAGE:
            return False
        return await super()._can_retry_async(
            state=state, request=request, response=response, error=error
        )
