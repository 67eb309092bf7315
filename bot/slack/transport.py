"""The SDK's client, for which only JSON is an answer of Slack's.

A gateway on the way says 502 in plain text; the SDK makes of that a response which raises
AttributeError when it is asked what Slack said.
"""

from typing import Any

from aiohttp import ClientPayloadError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse


class WebClient(AsyncWebClient):
    """Raises SlackApiError for what Slack said, and ClientPayloadError where that was not Slack."""

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Raises SlackApiError, aiohttp's ClientError and TimeoutError."""
        try:
            return await super().api_call(api_method, **options)
        except SlackApiError as error:
            if isinstance(getattr(error.response, "data", None), dict):
                raise
            trouble: Exception = error
        except AttributeError as error:  # the SDK's own, of a 200 in plain text
            trouble = error
        raise ClientPayloadError(f"{api_method}: the answer is not Slack's") from trouble
