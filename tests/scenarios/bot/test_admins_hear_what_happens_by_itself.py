"""Unasked, and once: a scheduled retraining that was skipped, a model that will be shut down."""

import time
from datetime import UTC, datetime

import pytest

from finetune import Status
from tests.factories import ADMIN, MANAGERS
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import POLICY, Office, job
from tests.scenarios.bot.retraining import taught
from tests.toolkit_values import example

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("yearly")]


@pytest.fixture
def yearly(monkeypatch: pytest.MonkeyPatch) -> None:
    """A schedule that is not due while the tests run, and a channel of the admins."""
    monkeypatch.setitem(POLICY, "RETRAIN_SCHEDULE", "0 3 1 1 *")
    monkeypatch.setitem(POLICY, "ADMIN_CHANNEL", MANAGERS)


@pytest.fixture
def ends_soon(models: OpenAIStub) -> None:
    models.shutdown_dates = {"base": int(time.time()) + 10 * 86_400}


async def due(office: Office, name: str) -> None:
    """The schedule's time has come, as a task of its own."""
    queue = office.service.docket.add("scheduled", when=datetime.now(UTC), key=name)
    await queue()


async def said(office: Office, words: str) -> list[str]:
    found = await office.people.messages(MANAGERS, ADMIN)
    return [message["text"] for message in found if words in message["text"]]


async def test_the_schedule_starts_what_the_conditions_allow(office: Office) -> None:
    await taught(office)
    await due(office, "first")
    await job(office.models)
    [run] = await office.workspace.runs.list()
    assert run.trigger == "schedule"
    assert await said(office, "skipped") == []


async def test_a_skipped_time_is_told_once_with_its_reason(office: Office) -> None:
    await office.workspace.dataset.submit(example(status=Status.PENDING))
    await due(office, "first")
    told = await until("the reason", lambda: said(office, "skipped"))
    assert "new approved examples since the last one: 0" in told[0]
    await due(office, "again")
    await until("the second look", lambda: _looked(office, "again"))
    assert len(await said(office, "skipped")) == 1
    assert await office.workspace.runs.list() == []


async def test_a_skipped_time_is_told_although_slack_was_in_trouble(office: Office) -> None:
    await office.workspace.dataset.submit(example(status=Status.PENDING))
    await office.people.refuse("internal_error", "chat.postMessage", times=1)
    await due(office, "first")
    await until("the reason", lambda: said(office, "skipped"))
    assert len(await said(office, "skipped")) == 1


async def test_a_run_under_way_is_a_reason_to_skip(office: Office) -> None:
    await taught(office)
    run = await office.workspace.runs.plan(key="k", requested_by=ADMIN, trigger="cli")
    await due(office, "first")
    told = await until("the reason", lambda: said(office, "skipped"))
    assert run.run_id in told[0]


async def test_admins_are_warned_of_the_end_of_the_model_that_answers(
    ends_soon: None, office: Office
) -> None:
    await taught(office)
    await office.service.docket.add("watch", when=datetime.now(UTC), key="look")()
    told = await until("the warning", lambda: said(office, "shut down"))
    assert "`base`" in told[0]
    assert "/retrain" in told[0]
    assert "shut down" in (await office.people.command(ADMIN, "status"))["ack"]
    await office.service.docket.add("watch", when=datetime.now(UTC), key="look again")()
    await until("the second look", lambda: _looked(office, "look again"))
    assert len(await said(office, "shut down")) == 1


async def test_a_list_of_models_that_takes_its_time_is_waited_for(
    ends_soon: None, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bootstrap.champions.LIST_SECONDS", 0)  # that somebody would wait
    await taught(office)
    await office.service.docket.add("watch", when=datetime.now(UTC), key="look")()
    await until("the warning", lambda: said(office, "shut down"))


async def _looked(office: Office, name: str) -> bool:
    """It is over when its next time is planned."""
    snapshot = await office.service.docket.snapshot()
    now = datetime.now(UTC)
    return any(task.key == name and task.when > now for task in snapshot.future)
