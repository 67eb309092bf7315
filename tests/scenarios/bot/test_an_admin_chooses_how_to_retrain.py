"""The `/retrain` modal: the check, the base, the method, the dry run; and who may send it."""

import asyncio

import pytest
from slack_sdk.models.views import View

from bot.slack.blocks.notice import notice_view
from bot.slack.listeners import retrain
from finetune import Method
from tests.factories import ADMIN, ASKER, CURATOR, MANAGERS
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import POLICY, Office, job
from tests.scenarios.bot.retraining import notice, started, taught
from tests.toolkit_values import correction, example

pytestmark = pytest.mark.anyio


async def modal(office: Office) -> Json:
    await office.people.command(ADMIN)
    return await office.people.view(ADMIN)


async def many_corrections(office: Office) -> None:
    for n in range(20):
        await office.workspace.dataset.submit(
            correction(f"c{n}", question=f"Question {n}?", at=float(n + 1))
        )


async def test_the_modal_tells_the_check_and_that_the_price_is_not_known(office: Office) -> None:
    await taught(office)
    view = await modal(office)
    assert "The check found no errors" in str(view)
    assert "price not known" in str(view)
    assert "corrections 1" in str(view)


async def test_a_large_dataset_is_waited_for_in_the_open_modal(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retrain, "GRACE", 0)
    await taught(office)
    view = await modal(office)
    assert view["callback_id"] == "retrain"
    assert view["submit"]["text"] == "Start"
    await office.people.submit(ADMIN, view)
    await notice(office, "Training")


async def test_another_base_is_what_is_trained(office: Office) -> None:
    await taught(office)
    await started(office, base_model=":other:", base_typed="house-model")
    assert (await job(office.models)).request["model"] == "house-model"


async def test_another_base_without_a_name_is_asked_for(office: Office) -> None:
    await taught(office)
    view = await modal(office)
    answer = await office.people.submit(ADMIN, view, base_model=":other:")
    assert "base_typed" in answer["errors"]
    assert await office.workspace.runs.list() == []


async def test_preference_is_not_offered_for_a_handful_of_corrections(office: Office) -> None:
    await taught(office)
    view = await modal(office)
    assert "'dpo'" not in str(view)
    assert "offered from 20 corrections" in str(view)


async def test_preference_rows_are_sent_for_training_by_preference(office: Office) -> None:
    await many_corrections(office)
    await started(office, method="dpo")
    remote = await job(office.models)
    assert remote.request["method"]["type"] == "dpo"
    rows = office.models.files[remote.request["training_file"]].rows()
    assert len(rows) == 20
    assert set(rows[0]) == {"input", "preferred_output", "non_preferred_output"}
    assert remote.request.get("validation_file") is None
    [run] = await office.workspace.runs.list()
    assert (run.examples, run.corrections) == (20, 20)


async def test_what_training_by_preference_did_not_take_is_still_new(office: Office) -> None:
    await many_corrections(office)
    for n in range(3):
        await office.workspace.dataset.submit(
            example(f"e{n}", f"Answer {n}.", question=f"Praised {n}?", at=float(n + 100))
        )
    await started(office, method="dpo")
    office.models.finish((await job(office.models)).job_id, "ft:base:preferring")
    await until("the candidate", lambda: _candidate(office))
    assert (await office.workspace.runs.preview()).new_since_last_run == 3


async def _candidate(office: Office) -> bool:
    [run] = await office.workspace.runs.list()
    return run.candidate is not None


async def test_a_provider_without_preference_training_ends_the_run_with_the_reason(
    office: Office,
) -> None:
    office.models.refused_methods = {"dpo"}
    await many_corrections(office)
    await started(office, method="dpo")
    message = await notice(office, "failed")
    assert "method dpo" in str(message)


async def test_a_crafted_choice_of_preference_is_refused_for_a_handful(office: Office) -> None:
    await taught(office)
    with pytest.raises(Exception, match="20"):
        await office.workspace.runs.plan(
            key="k", requested_by=ADMIN, trigger="slack", method=Method.DPO
        )
    assert await office.workspace.runs.list() == []


async def test_a_dry_run_shows_everything_and_sends_nothing(office: Office) -> None:
    await taught(office)
    view = await modal(office)
    await office.people.submit(ADMIN, view, dry_run=["dry"])

    async def shown() -> Json | None:
        found = await office.people.view(ADMIN)
        return found if found["callback_id"] == "retrain_dry_run" else None

    report = str(await until("the dry run's report", shown))
    assert "Would send *1* rows" in report
    assert "No errors." in report
    assert await office.workspace.runs.list() == []
    assert not office.models.files
    assert not office.models.jobs


async def test_a_dry_run_of_a_large_dataset_fills_the_modal_that_asks_for_patience(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await taught(office)
    view = await modal(office)
    monkeypatch.setattr(retrain, "GRACE", 0)
    await office.people.submit(ADMIN, view, dry_run=["dry"])
    report = await office.people.view(ADMIN)
    assert report["callback_id"] == "retrain_dry_run"
    assert "Would send *1* rows" in str(report)


async def test_the_command_is_acknowledged_before_a_large_dataset_has_been_read(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = asyncio.Event()

    async def slowly(*_: object) -> View:
        await read.wait()
        return notice_view("Retrain", "all of it was read")

    monkeypatch.setattr(retrain, "MANY", 0)
    monkeypatch.setattr(retrain.Retrain, "_view", slowly)
    await taught(office)
    await office.people.command(ADMIN)  # comes back only when Slack has its answer
    [view] = (await office.people.state(ADMIN))["views"]
    assert view["callback_id"] == "retrain_loading"
    read.set()
    assert "all of it was read" in str(await office.people.view(ADMIN))


async def test_what_goes_wrong_while_reading_ends_the_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> View:
        raise OSError("no space left")

    monkeypatch.setattr(retrain, "MANY", 0)
    monkeypatch.setattr(retrain.Retrain, "_view", broken)
    await taught(office)
    await office.people.command(ADMIN)
    said = str(await office.people.view(ADMIN))
    assert "That did not work" in said
    assert "no space" not in said


@pytest.mark.parametrize("user", [ASKER, CURATOR])
async def test_a_command_of_someone_else_does_nothing(office: Office, user: str) -> None:
    await taught(office)
    for word in ("", "cancel", "promote", "rollback", "status"):
        answer = await office.people.command(user, word)
        assert "Only admins" in answer["ack"]
    assert not (await office.people.state(user))["views"]


@pytest.fixture
def admins_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(POLICY, "ADMIN_CHANNEL", MANAGERS)


async def test_the_message_goes_to_the_admins_channel(admins_channel: None, office: Office) -> None:
    await taught(office)
    await started(office)

    async def there() -> bool:
        found = await office.people.messages(MANAGERS, ADMIN)
        return any("Retraining" in message["text"] for message in found)

    await until("the run's message among the managers", there)
    assert not [m for m in await office.people.messages() if "Retraining" in m["text"]]
