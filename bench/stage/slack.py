"""What Slack sends, for benches: a question in a channel, signed as Slack signs."""

import json
import time

from slack_sdk.signature import SignatureVerifier

SECRET = "the-signing-secret-of-the-bench"
TEAM, CHANNEL, BOT, PERSON = "T0BENCH", "C0BENCH", "U0BOT", "U0PERSON"
ME = {"user_id": BOT, "bot_id": "B0BOT", "team_id": TEAM, "user": "bot", "url": "http://x/"}
_VERIFIER = SignatureVerifier(SECRET)


def question(text: str, ts: str, event_id: str) -> str:
    """The body of a delivery: somebody mentions the bot."""
    event = {
        "type": "app_mention",
        "user": PERSON,
        "text": f"<@{BOT}> {text}",
        "channel": CHANNEL,
        "channel_type": "channel",
        "ts": ts,
        "event_ts": ts,
    }
    envelope = {
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(time.time()),
        "team_id": TEAM,
        "api_app_id": "A0BENCH",
        "event": event,
        "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
    }
    return json.dumps(envelope)


def signed(body: str) -> dict[str, str]:
    """The headers it comes with, signed now."""
    stamp = str(int(time.time()))
    return {
        "Content-Type": "application/json",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": str(_VERIFIER.generate_signature(timestamp=stamp, body=body)),
    }
