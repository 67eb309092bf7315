"""The office and the branch of the bot's own stories, where something always fails."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog

from tests.scenarios.bot.conftest import approval, branch, models, office

__all__ = ["approval", "branch", "models", "office"]


@pytest.fixture(autouse=True)
def plain_log() -> Iterator[None]:
    """As in production without the values of variables: to render those takes seconds."""
    plain = structlog.processors
    structlog.configure(processors=[plain.format_exc_info, plain.KeyValueRenderer()])
    yield
    structlog.reset_defaults()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hardly any pause between two tries; ask for it before the office."""
    for pause in ("SOON", "LATE"):
        monkeypatch.setattr(f"bot.tasks.docketing.{pause}", timedelta(milliseconds=20))
    monkeypatch.setattr("bot.tasks.docketing.ELSEWHERE", 6)
