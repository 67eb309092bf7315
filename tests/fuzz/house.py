"""The bot with all its services, in a thread of its own, and everything it logs."""

import asyncio
import io
import json
import logging
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import structlog
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse

from bot.adapters.redis import RedisSessions
from bot.bootstrap import open_service
from bot.ending import end
from bot.logs import configure
from bot.sandbox.triggers import Triggers
from bot.settings import Settings
from bot.web.access import Access
from tests.factories import ADMIN, ASKER, CURATOR, TEAM
from tests.fakes.openai_stub import serving
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.workplace import until
from tests.fuzz.shapes import Known
from tests.scenarios.bot.conftest import SECRET, environment, slack_for

Json = dict[str, Any]
TRIGGER = "12345.98765.abcd2358fdea"  # of `slack_payloads`
_use = Triggers.use
SETTLE = 60  # seconds for the tasks that the requests have begun


@dataclass(frozen=True)
class House:
    """Where it listens, what it knows, how a curator comes in, and its log."""

    url: str
    app: FastAPI
    known: Known
    link: str
    hook: str  # where answers to clicks go
    log: "Log"


class Log:
    """Every line that was written."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def lines(self) -> list[Json]:
        return [json.loads(line) for line in self.stream.getvalue().split("\n") if line]

    def counted(self) -> Counter[str]:
        """By level and event."""
        said = (f"{line['level']} {str(line['event'])[:60]}" for line in self.lines())
        return Counter(line for line in said if not re.search(r"HTTP/1|HTTP Request", line))

    def unhandled(self) -> list[Json]:
        """What nobody foresaw."""
        return [line for line in self.lines() if _unforeseen(line)]


def _unforeseen(line: Json) -> bool:
    said = str(line["event"])
    return (
        "exception" in line
        or "Traceback" in json.dumps(line)
        or said.startswith(("Exception in", "Task exception", "Unclosed"))
    )


@contextmanager
def house(redis_url: str, directory: Path) -> Iterator[House]:
    """Open while somebody fuzzes it; closed when its tasks are done."""
    with (
        _logged() as log,
        mock.patch.object(Triggers, "use", _used),
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(_opened(redis_url, directory, log)) as opened,
    ):
        yield opened


def _used(self: Triggers, trigger_id: str) -> str:
    """Every payload carries the same trigger, and it is good; others are refused as Slack does."""
    return ADMIN if trigger_id == TRIGGER else _use(self, trigger_id)


@contextmanager
def _logged() -> Iterator[Log]:
    root, log = logging.getLogger(), Log()
    handlers, level = root.handlers[:], root.level
    configure(debug=False)
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(log.stream)
    try:
        yield log
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()


@asynccontextmanager
async def _opened(redis_url: str, directory: Path, log: Log) -> AsyncIterator[House]:
    listening = taken_port()
    url = url_of(listening)
    async with (
        serving() as models,
        slack_for(url, directory) as (slack_url, people),
        served(_hooks()) as hooks,
    ):
        models.polls = None
        values = environment(slack_url, url, models, redis_url, directory)
        changes = {"USER_RATE_LIMIT": "0", "RETRAIN_MAX_PER_DAY": "1000"}
        settings = Settings.model_validate({k.lower(): v for k, v in (values | changes).items()})
        async with open_service(settings) as service, served(service.app, listening):
            working = asyncio.create_task(service.work())
            ts = await people.ask(ASKER, "@apprentice How many days?")
            answer = await people.answer(ts)
            await people.correct(ASKER, answer, "25 days of leave.")
            dataset = service.toolkit.workspace(TEAM).dataset
            pending = await until("an example", lambda: dataset.pending(limit=1))
            reply_id = answer["metadata"]["event_payload"]["reply_id"]
            sessions = RedisSessions(service.schedule.redis)
            link = Access(SECRET, url, sessions).link(TEAM, CURATOR)
            known = Known(answer, reply_id, pending[0].example_id)
            try:
                yield House(url, service.app, known, link, f"{hooks}/hook", log)
                await _settled(service.docket)
            finally:
                await end(working, patience=10)


def _hooks() -> FastAPI:
    """Takes whatever is said to a `response_url`."""
    app = FastAPI()
    app.post("/hook")(lambda: PlainTextResponse("ok"))
    return app


async def _settled(docket: Any) -> None:
    """Nothing that could still fail is under way, but for what comes by the clock."""
    deadline = time.monotonic() + SETTLE
    while time.monotonic() < deadline:
        snapshot = await docket.snapshot()
        if not snapshot.running and not _due(snapshot.future):
            return
        await asyncio.sleep(0.2)


def _due(tasks: Any) -> bool:
    now = datetime.now(UTC)
    return any(task.when <= now for task in tasks)
