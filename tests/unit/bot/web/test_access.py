"""What could be guessed signs nothing, and nothing is served with it."""

from pathlib import Path

import pytest
from itsdangerous import URLSafeTimedSerializer

from bot.errors import NotReady
from bot.server import serve, work
from bot.settings import Settings
from bot.web.access import Access

pytestmark = pytest.mark.anyio
SHORT = ["", " ", "\t" * 40, "a" * 15, " ".join("a" * 15)]


@pytest.mark.parametrize("secret", SHORT)
def test_a_secret_that_could_be_guessed_signs_nothing(secret: str) -> None:
    access = Access(secret, "", None)  # type: ignore[arg-type]
    forged = URLSafeTimedSerializer(secret, salt="apprentice-link").dumps(["T1", "U1", "x"])
    assert access.invited(forged) is None
    other = Access(secret, "", None)  # type: ignore[arg-type]
    assert other.form_token("word") != access.form_token("word")


@pytest.mark.parametrize("secret", SHORT)
async def test_nothing_is_served_with_it(secret: str, tmp_path: Path) -> None:
    values = {
        "slack_bot_token": "xoxb-1",
        "slack_signing_secret": secret,
        "data_dir": str(tmp_path),
    }
    settings = Settings.model_validate(values)
    with pytest.raises(NotReady, match="SLACK_SIGNING_SECRET"):
        await serve(settings, worker=False)
    with pytest.raises(NotReady, match="SLACK_SIGNING_SECRET"):
        await work(settings)
