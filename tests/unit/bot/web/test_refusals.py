"""What decisions refuse is a page with the sentence that Slack says too."""

import httpx
import pytest
from fastapi import FastAPI

from bot.errors import NotAllowed
from bot.web.refusals import install
from finetune import NotFound, Overtaken, RunRefused

pytestmark = pytest.mark.anyio
BUSY = RunRefused("run run-9 has not ended", "active", run="run-9")


@pytest.mark.parametrize(
    ("path", "error", "status", "title"),
    [
        ("/curate/runs/run-1", NotAllowed("U1 is no admin"), 403, "You may not decide this"),
        ("/curate/review/e1", NotFound("no example e1"), 404, "There is no such example"),
        ("/curate/runs/run-1", NotFound("no run run-1"), 404, "There is no such page"),
        ("/curate/review/e1", Overtaken("e1 was decided"), 409, "Somebody was faster"),
        ("/curate/runs/run-1", BUSY, 409, "This cannot be done now"),
    ],
)
async def test_each_has_its_page(path: str, error: Exception, status: int, title: str) -> None:
    app = FastAPI()
    install(app, https=False, sign_in=False)

    @app.get(path)
    async def decide() -> None:
        raise error

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as browser:
        answer = await browser.get(path)
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in answer.text
    assert str(error) not in answer.text
    if error is BUSY:
        assert "run-9 has not ended; wait for it" in answer.text
        assert "`" not in answer.text
