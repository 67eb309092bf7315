"""/metrics, after questions, redeliveries, forgeries, trouble and a run."""

import asyncio
import json
import time
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.domain.preferences import ChannelSettings
from bot.sandbox.dispatcher import signature
from bot.texts import EN
from tests.factories import ADMIN, ASKER, CHANNEL, TEAM
from tests.fakes.bot_process import BotProcess
from tests.fakes.openai_account import Scripted
from tests.fakes.serving import taken_port, url_of
from tests.fakes.signed_events import deliver, message
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import SECRET, Branch, Office

pytestmark = pytest.mark.anyio


class Scrape:
    """The samples of one look."""

    def __init__(self, text: str) -> None:
        self._samples = [
            each for family in text_string_to_metric_families(text) for each in family.samples
        ]

    def __call__(self, name: str, **labels: str) -> float:
        """The sum over all labels that are not named."""
        return sum(
            each.value
            for each in self._samples
            if each.name == name and labels.items() <= each.labels.items()
        )


async def scrape(url: str, token: str = "") -> Scrape:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with httpx.AsyncClient(base_url=url, headers=headers) as http:
        answer = await http.get("/metrics")
    assert answer.status_code == 200
    return Scrape(answer.text)


async def counted(office: Office, name: str, at_least: float = 1, **labels: str) -> Scrape:
    """Wait until something is counted: that comes after what people see."""

    async def there() -> Scrape | None:
        seen = await scrape(office.bot_url)
        return seen if seen(name, **labels) >= at_least else None

    found: Scrape = await until(f"{name} {labels}", there)
    return found


async def test_an_answer_is_timed_by_its_parts(office: Office) -> None:
    office.models.queue(Scripted("Slowly. Very slowly.", pause=0.05))
    ts = await office.people.ask(ASKER, "@apprentice When do we open?")
    await office.people.answer(ts)
    seen = await counted(office, "apprentice_answers_total", outcome="model")
    assert seen("apprentice_answers_total") == 1
    for part in ("total", "first_text", "waited", "first_token", "model", "ours"):
        assert seen("apprentice_answer_seconds_count", part=part) == 1, part
    took = {
        part: seen("apprentice_answer_seconds_sum", part=part)
        for part in ("total", "first_token", "model", "ours")
    }
    assert took["first_token"] <= took["model"] < took["total"]
    assert 0 < took["ours"] < took["total"]


async def test_apologies_greetings_and_failures_are_told_apart(office: Office) -> None:
    office.models.fault("POST /v1/chat", status=400, message="no")
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    assert EN.chat.sorry_refused in str(await office.people.answer(ts))
    await counted(office, "apprentice_answers_total", outcome="apology")
    ts = await office.people.ask(ASKER, "@apprentice")
    await office.people.answer(ts)
    seen = await counted(office, "apprentice_answers_total", outcome="sentence")
    assert seen("apprentice_answers_total", outcome="model") == 0
    office.models.fault("POST /v1/chat", status=503, times=3)
    ts = await office.people.ask(ASKER, "@apprentice again?")
    await office.people.answer(ts)
    seen = await counted(office, "apprentice_failures_total", work="answer")
    assert seen("apprentice_failures_total", kind="ModelUnavailable") >= 1


async def test_a_turn_that_nobody_answers_is_counted_once(office: Office) -> None:
    await office.preferences.save_channel(TEAM, CHANNEL, ChannelSettings(allowed=False))
    root = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.answer(root)
    await office.people.ask(ASKER, "@apprentice and now?", thread=root)
    seen = await counted(office, "apprentice_answers_total", outcome="dropped")
    assert seen("apprentice_answers_total", outcome="sentence") == 1
    assert seen("apprentice_answers_total") == 2


async def test_deliveries_are_counted_by_what_became_of_them(office: Office) -> None:
    event = message("<@U0APPRENTI> hello?", "1760000000.000100", type="app_mention")
    for _ in range(3):
        assert await deliver(office.bot_url, SECRET, event, "Ev0SAME") == 200
    assert await deliver(office.bot_url, "another secret", event, "Ev0FORGED") == 401
    seen = await counted(office, "apprentice_deliveries_total", 4)
    assert seen("apprentice_deliveries_total", status="200") == 3
    assert seen("apprentice_deliveries_total", status="401") == 1
    assert seen("apprentice_duplicates_total") == 2


async def test_what_redis_knows_is_shown(office: Office, approval: None) -> None:
    first = await office.people.ask(ASKER, "@apprentice When do we open?")
    await office.people.correct(ADMIN, await office.people.answer(first), "At seven.")

    async def approved() -> bool:
        seen = await scrape(office.bot_url)
        return seen("apprentice_examples", team=TEAM, status="approved") == 1

    await until("the correction to be counted", approved)
    seen = await scrape(office.bot_url)
    assert seen("apprentice_redis_up") == 1
    assert seen("apprentice_redis_memory_bytes") > 100_000
    assert seen("apprentice_data_dir_free_bytes") > 0
    assert seen("process_resident_memory_bytes") > 1_000_000


async def test_a_worker_is_scraped_at_its_own_port_by_who_bears_the_token(
    branch: Branch, tmp_path: Path
) -> None:
    with taken_port() as free:
        url = url_of(free)
    place = tmp_path / "worker"
    place.mkdir()
    values = {
        **branch.bot.environment,
        "METRICS_PORT": url.rpartition(":")[2],
        "METRICS_TOKEN": "a-long-random-word",
    }
    worker = BotProcess(values, place, "worker", branch.bot.ward)
    await worker.start()
    try:

        async def ready() -> bool:
            try:
                async with httpx.AsyncClient(base_url=url) as http:
                    return (await http.get("/readyz")).status_code == 200
            except httpx.TransportError:
                return False

        await until("the worker to be ready", ready)
        async with httpx.AsyncClient(base_url=url) as http:
            assert (await http.get("/metrics")).status_code == 401
            wrong = {"Authorization": "Bearer another"}
            assert (await http.get("/metrics", headers=wrong)).status_code == 401
            assert (await http.post("/slack/events")).status_code == 404
        seen = await scrape(url, "a-long-random-word")
        assert seen("apprentice_redis_up") == 1
    finally:
        await asyncio.shield(worker.stop())


async def test_slack_saying_that_it_keeps_events_back_is_taken_and_counted(office: Office) -> None:
    body = json.dumps({"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1})
    headers = {"Content-Type": "application/json", **signature(SECRET, body, int(time.time()))}
    async with httpx.AsyncClient(base_url=office.bot_url) as http:
        answer = await http.post("/slack/events", content=body, headers=headers)
    assert answer.status_code == 200
    assert (await scrape(office.bot_url))("apprentice_events_kept_back_total") == 1
