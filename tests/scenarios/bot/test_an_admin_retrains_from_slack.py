"""`/retrain` in Slack: the modal, the message about the run, promotion, rollback."""

import pytest

from tests.factories import ADMIN, ASKER
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office, job
from tests.scenarios.bot.retraining import RIGHT, WRONG, notice, started, taught

pytestmark = pytest.mark.anyio


async def ask_again(office: Office) -> str:
    ts = await office.people.ask(ASKER, "@apprentice How many days?")
    return str(await office.people.answer(ts))


async def test_the_modal_says_what_there_is_and_what_will_happen(office: Office) -> None:
    await taught(office)
    await office.people.command(ADMIN)
    view = await office.people.view(ADMIN)
    assert "*Approved examples*\n1" in str(view).replace("\\n", "\n")
    assert view["submit"]["text"] == "Start"


async def test_with_too_little_to_learn_the_modal_has_no_start_button(office: Office) -> None:
    await office.people.command(ADMIN)
    view = await office.people.view(ADMIN)
    assert not view.get("submit")


async def test_the_loop_closes(office: Office) -> None:
    await taught(office)
    await started(office)
    await notice(office, "Training")
    office.models.finish((await job(office.models)).job_id, "ft:base:better")
    promoted = await notice(office, "promoted: the new model answers now")
    assert "1 of 1 answered right" in str(promoted)
    assert RIGHT in await ask_again(office)
    assert len(office.models.jobs) == 1


async def test_a_modal_submitted_twice_starts_one_run(office: Office) -> None:
    await taught(office)
    view = await started(office)
    await notice(office, "Training")
    run = await office.workspace.runs.plan(key=view["id"], requested_by=ADMIN, trigger="slack")
    assert [r.run_id for r in await office.workspace.runs.list()] == [run.run_id]


async def test_a_candidate_that_learnt_nothing_is_not_promoted(office: Office) -> None:
    await taught(office)
    office.models.answer = lambda _model, _messages: WRONG
    await started(office)
    office.models.finish((await job(office.models)).job_id, "ft:base:worse")
    await notice(office, "not promoted")
    assert WRONG in await ask_again(office)


async def test_rollback_returns_to_the_model_before(office: Office) -> None:
    await taught(office)
    await started(office)
    office.models.finish((await job(office.models)).job_id, "ft:base:better")
    await notice(office, "promoted")
    answer = await office.people.command(ADMIN, "rollback")
    assert "`base`" in answer["ack"]
    assert WRONG in await ask_again(office)


async def test_cancel_stops_the_run_and_the_remote_job(office: Office) -> None:
    await taught(office)
    await started(office)
    message = await notice(office, "Training")
    remote = await job(office.models)
    await office.people.click(
        ADMIN, message, "run_cancel", message["blocks"][-1]["elements"][0]["value"]
    )
    await notice(office, "cancelled")
    assert remote.status == "cancelled"


async def test_a_slow_provider_does_not_delay_the_answer_to_a_click(office: Office) -> None:
    await taught(office)
    await started(office)
    message = await notice(office, "Training")
    remote = await job(office.models)
    held = office.models.hold(f"POST /v1/fine_tuning/jobs/{remote.job_id}/cancel")
    run_id = message["blocks"][-1]["elements"][0]["value"]
    await office.people.click(ADMIN, message, "run_cancel", run_id)
    assert (await office.people.deliveries())[-1]["status"] == 200
    held.release()
    await notice(office, "cancelled")


async def test_a_run_that_waits_for_an_admin_goes_live_by_a_click(
    approval: None, office: Office
) -> None:
    await taught(office)
    await started(office)
    office.models.finish((await job(office.models)).job_id, "ft:base:better")
    message = await notice(office, "waits for an admin")
    assert WRONG in await ask_again(office)
    run_id = message["blocks"][-1]["elements"][0]["value"]
    await office.people.click(ADMIN, message, "run_promote", run_id)
    await notice(office, "promoted")
    assert RIGHT in await ask_again(office)


async def test_a_declined_model_never_answers(approval: None, office: Office) -> None:
    await taught(office)
    await started(office)
    office.models.finish((await job(office.models)).job_id, "ft:base:better")
    message = await notice(office, "waits for an admin")
    run_id = message["blocks"][-1]["elements"][0]["value"]
    await office.people.click(ADMIN, message, "run_decline", run_id)
    await notice(office, "not promoted")
    assert WRONG in await ask_again(office)


async def test_a_run_whose_message_was_deleted_is_told_of_in_a_new_one(office: Office) -> None:
    await taught(office)
    await started(office)
    await notice(office, "Training")
    await office.people.refuse("message_not_found", "chat.update")
    office.models.finish((await job(office.models)).job_id, "ft:base:better")

    async def told_again() -> bool:
        found = [m for m in await office.people.messages() if "Retraining" in m["text"]]
        return len(found) == 2 and "promoted" in found[1]["text"]

    await until("a second message that says promoted", told_again)


async def test_others_may_not_press_the_runs_buttons(office: Office) -> None:
    await taught(office)
    await started(office)
    message = await notice(office, "Training")
    run_id = message["blocks"][-1]["elements"][0]["value"]
    await office.people.click(ASKER, message, "run_cancel", run_id)
    await until("the refusal", lambda: _told(office))
    assert not (await office.workspace.runs.get(run_id)).ended


async def test_status_and_history_say_what_goes_on(office: Office) -> None:
    assert "No retraining" in (await office.people.command(ADMIN, "status"))["ack"]
    await taught(office)
    await started(office)
    await notice(office, "Training")
    assert "Retraining" in (await office.people.command(ADMIN, "status"))["ack"]
    assert "Last retrainings" in (await office.people.command(ADMIN, "history"))["ack"]
    assert "/retrain" in (await office.people.command(ADMIN, "what?"))["ack"]


async def _told(office: Office) -> bool:
    return any("Only admins" in text for text in await office.people.whispers(ASKER))
