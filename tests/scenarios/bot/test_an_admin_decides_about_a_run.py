"""Promote, hold, reject: in the run's message and by the command; nobody else's click counts."""

from datetime import UTC, datetime

import pytest

from tests.factories import ADMIN, ASKER, CURATOR
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import Office, job
from tests.scenarios.bot.retraining import notice, run_id, started, taught

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("approval")]


async def waiting(office: Office) -> Json:
    """The message about a run that waits for an admin."""
    await taught(office)
    await started(office)
    remote = await job(office.models)
    for step, loss in enumerate((2.0, 1.0, 0.5), start=1):
        remote.note(f"Step {step}/3: training loss={loss}", step=step, train_loss=loss)
    office.models.finish(remote.job_id, "ft:base:better")
    return await notice(office, "waits for an admin")


async def test_the_message_shows_the_losses_as_a_picture_and_what_was_fixed(
    office: Office,
) -> None:
    message = await waiting(office)
    (picture,) = [block for block in message["blocks"] if block["type"] == "image"]
    assert picture["slack_file"]["id"]
    assert "*Fixed:* How many days?" in str(message)
    assert "Good answers (👍) kept: 0 of 0" in str(message)


async def test_without_an_upload_the_losses_are_drawn_with_letters(office: Office) -> None:
    await office.people.refuse("missing_scope", "files.getUploadURLExternal", times=5)
    message = await waiting(office)
    assert "`█▄▁`" in str(message)
    assert "run_promote" in str(message)


async def test_a_held_run_lets_the_next_one_start_and_can_still_go_live(office: Office) -> None:
    message = await waiting(office)
    held = run_id(message)
    await office.people.click(ADMIN, message, "run_hold", held)
    message = await notice(office, "on hold")
    assert "run_hold" not in str(message)
    assert await office.workspace.runs.active() is None
    assert held in (await office.people.command(ADMIN, "status"))["ack"]
    next_run = await office.workspace.runs.plan(key="next", requested_by=ADMIN, trigger="cli")
    await office.workspace.runs.cancel(next_run.run_id, ADMIN)
    await office.people.command(ADMIN, f"promote {held}")
    await until("the held model to answer", lambda: _answers(office, "ft:base:better"))
    assert await office.workspace.runs.held() == []


async def test_a_held_run_can_be_rejected_later(office: Office) -> None:
    message = await waiting(office)
    await office.people.click(ADMIN, message, "run_hold", run_id(message))
    message = await notice(office, "on hold")
    await office.people.click(ADMIN, message, "run_decline", run_id(message))
    await notice(office, "not promoted")
    assert await office.workspace.registry.champion() is None


async def test_a_run_on_hold_tells_that_it_was_compared_with_another_model(
    office: Office,
) -> None:
    message = await waiting(office)
    held = run_id(message)
    await office.people.click(ADMIN, message, "run_hold", held)
    await notice(office, "on hold")
    await office.workspace.registry.promote("ft:base:newer", run_id="", by=ADMIN)
    answer = await office.people.command(ADMIN, f"promote {held}")
    assert "compared with `base`, but `ft:base:newer` answers now" in answer["ack"]


async def test_a_short_cancel_does_not_end_what_is_on_hold(office: Office) -> None:
    message = await waiting(office)
    held = run_id(message)
    await office.people.click(ADMIN, message, "run_hold", held)
    await notice(office, "on hold")
    for word in ("cancel", "reject", "promote"):
        answer = (await office.people.command(ADMIN, word))["ack"]
        assert "No retraining is under way." in answer
        assert held in answer
    assert (await office.workspace.runs.get(held)).held


async def test_a_run_that_was_rolled_back_is_not_said_to_go_live_again(office: Office) -> None:
    message = await waiting(office)
    await office.people.click(ADMIN, message, "run_promote", run_id(message))
    await notice(office, "promoted")
    again = await office.people.command(ADMIN, f"promote {run_id(message)}")
    assert "the new model answers now" in again["ack"]
    await office.people.command(ADMIN, "rollback")
    refused = await office.people.command(ADMIN, f"promote {run_id(message)}")
    assert "goes live once" in refused["ack"]
    assert await office.workspace.registry.champion() is None


async def test_a_decision_from_the_command_line_reaches_the_message(office: Office) -> None:
    message = await waiting(office)
    await office.workspace.runs.decline(run_id(message), "operator")
    await office.service.docket.add("sweep", when=datetime.now(UTC), key="look")()
    message = await notice(office, "not promoted")
    assert "run_promote" not in str(message)


async def test_clicks_of_others_change_nothing(office: Office) -> None:
    message = await waiting(office)
    before = await office.workspace.runs.get(run_id(message))
    for user in (ASKER, CURATOR):
        for action_id in ("run_promote", "run_hold", "run_decline"):
            await office.people.click(user, message, action_id, before.run_id)
    await until("the refusals", lambda: _refused(office))
    assert await office.workspace.runs.get(before.run_id) == before


async def _refused(office: Office) -> bool:
    told = [*await office.people.whispers(ASKER), *await office.people.whispers(CURATOR)]
    return sum("Only admins" in text for text in told) == 6


async def test_a_run_of_nowhere_is_told_apart(office: Office) -> None:
    answer = await office.people.command(ADMIN, "promote run-of-nowhere")
    assert "no retraining `run-of-nowhere`" in answer["ack"]


async def _answers(office: Office, model: str) -> bool:
    return await office.workspace.registry.champion() == model
