"""Who opts out in App Home is forgotten: what they asked, how they voted, what they corrected."""

import pytest

from finetune import Status
from tests.factories import ASKER, CURATOR, TEAM
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio


async def opts_out(office: Office, user: str) -> None:
    """The button in App Home, and the task behind it."""
    await office.people.choose(user, await office.people.home(user), "home_opt_out")

    async def gone() -> bool:
        turns = await office.turns.of_user(TEAM, user)
        return not turns and not await office.verdicts.of_user(TEAM, user)

    await until(f"{user} to be forgotten", gone)


async def waiting(office: Office, number: int) -> None:
    async def there() -> bool:
        return (await office.workspace.dataset.counts())[Status.PENDING] == number

    await until(f"{number} to wait", there)


async def test_ones_questions_and_all_that_was_made_of_them_are_removed(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice How many days?")
    reply = await office.people.answer(ts)
    await office.people.correct(CURATOR, reply, "25 days.")

    async def learnt() -> bool:
        return bool(await office.workspace.dataset.approved())

    await until("the correction to be taken", learnt)
    await opts_out(office, ASKER)

    async def empty() -> bool:
        return not any((await office.workspace.dataset.counts()).values())

    await until("the dataset to be empty", empty)
    assert await office.turns.reply(TEAM, f"C0GENERAL1:{ts}") is None


async def test_ones_correction_of_anothers_reply_is_removed_and_the_reply_stays(
    office: Office,
) -> None:
    ts = await office.people.ask(CURATOR, "@apprentice How many days?")
    reply = await office.people.answer(ts)
    await office.people.correct(ASKER, reply, "99 days.")
    await waiting(office, 1)
    await opts_out(office, ASKER)
    await waiting(office, 0)
    assert await office.workspace.dataset.by_author(ASKER) == []
    assert await office.turns.reply(TEAM, f"C0GENERAL1:{ts}") is not None


async def test_a_snapshot_with_what_was_removed_is_never_trained_on(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice How many days?")
    reply = await office.people.answer(ts)
    await office.people.correct(CURATOR, reply, "25 days.")

    async def learnt() -> bool:
        return bool(await office.workspace.dataset.approved())

    await until("the correction to be taken", learnt)
    runs = office.workspace.runs
    run = await runs.plan(key="k", requested_by=CURATOR, trigger="slack")
    run = await runs.advance(run.run_id)
    await opts_out(office, ASKER)
    while not run.ended:
        run = await runs.advance(run.run_id)
    assert run.error is not None
    assert "is stale: somebody asked to have what they said removed" in run.error
    assert not office.models.jobs


async def test_home_says_so_and_lets_one_come_back(office: Office) -> None:
    await opts_out(office, ASKER)
    home = (await office.people.state(ASKER))["home"]
    assert "You have opted out" in str(home)
    await office.people.choose(ASKER, home, "home_opt_in")
    assert "I keep what you ask me" in str((await office.people.state(ASKER))["home"])


async def test_opting_out_asks_first_and_says_what_is_removed(office: Office) -> None:
    home = str(await office.people.home(ASKER))
    assert "Your questions and my replies to them" in home
    assert "those snapshots are never trained on again. This cannot be undone." in home
