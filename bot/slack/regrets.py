"""What a person reads whose click, command or modal could not be stored, or is not done yet.

Slack never sends these again, and shows no words with a 5xx. Nobody's language is known while the
database is away, so it is said in both. Of what has begun nobody reads that it failed: who repeats
it then would have it twice.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.slack.blocks.notice import notice_view
from bot.slack.trouble import TROUBLE
from bot.texts.chat import EN, JA

log = structlog.get_logger(__name__)
NOT_STORED = f"{EN.not_stored}\n{JA.not_stored}"
TAKES_LONGER = f"{EN.takes_longer}\n{JA.takes_longer}"
SECONDS = 2  # for telling who clicked; Slack waits for our answer meanwhile


async def regret(payload: Mapping[str, Any], *, late: bool = False) -> Response:
    """What Slack gets in place of a 5xx, where it lets us say a word. `late`: the work goes on."""
    sentence = TAKES_LONGER if late else NOT_STORED
    if "command" in payload:
        return JSONResponse({"response_type": "ephemeral", "text": sentence})
    if payload.get("type") == "view_submission":
        return JSONResponse(_modal(payload["view"], sentence, late=late))
    if url := payload.get("response_url"):
        await _tell(str(url), sentence)
    if late:
        return Response()  # taken: Slack's own warning would ask for another click
    return PlainTextResponse("not stored", status_code=503)


def _modal(view: Mapping[str, Any], sentence: str, *, late: bool) -> Mapping[str, Any]:
    """It stays open with all that was typed, where it has a field to say it at."""
    fields = [block["block_id"] for block in view.get("blocks", ()) if block["type"] == "input"]
    if fields:
        return {"response_action": "errors", "errors": {fields[0]: sentence}}
    title = EN.takes_longer_title if late else EN.not_saved_title
    shown = notice_view(title, sentence, EN.not_saved_close)
    return {"response_action": "update", "view": shown.to_dict()}


async def _tell(url: str, sentence: str) -> None:
    """Only who clicked sees it; what stands there stays."""
    try:
        client = AsyncWebhookClient(url, timeout=SECONDS)
        await client.send(text=sentence, response_type="ephemeral", replace_original=False)
    except TROUBLE as error:
        log.info("regret_not_told", error=type(error).__name__)
