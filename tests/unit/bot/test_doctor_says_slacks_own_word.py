"""What Slack answered is what helps: masking secrets must not take it out of `bot doctor`'s lines."""

import pytest
from slack_sdk.errors import SlackApiError

from bot.doctor import _trouble
from bot.settings import Settings
from finetune import discreet


@pytest.mark.parametrize(
    "word", ["invalid_auth", "missing_scope", "not_allowed_token_type", "invalid_client_id"]
)
@pytest.mark.parametrize(
    "what",
    ["Slack does not accept SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "openid.connect.token"],
)
def test_slacks_word_is_read(word: str, what: str) -> None:
    error = SlackApiError("no", {"error": word})
    said = f"{_trouble(Settings(), error, what)}; make an app-level token"
    assert discreet(said) == said
    assert word in said
