"""App Home for everyone and for admins, in both languages."""

import time

import pytest

from finetune import Dataset, Example, Snapshots, Source, Status
from finetune.training.run import Run, RunState
from tests.factories import ADMIN, ASKER, CURATOR, JAPANESE
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office
from tests.toolkit_values import example

pytestmark = pytest.mark.anyio


async def taught(office: Office, example_id: str = "e1", **changes: object) -> None:
    """An approved correction by the asker."""
    values = {"source": Source.CORRECTION, "rejected": "20 days.", "author": ASKER, **changes}
    await office.workspace.dataset.submit(example(example_id, "25 days.", **values))  # type: ignore[arg-type]


async def promoted(office: Office, model: str) -> None:
    """A model that learnt all that is approved answers from now on."""
    snapshots: Snapshots = office.workspace.snapshots
    snapshot = snapshots.take(await office.workspace.dataset.approved(), "base")
    run = Run(
        run_id=f"run-{model}",
        created_at=time.time(),
        updated_at=time.time(),
        base_model="base",
        state=RunState.PLANNED,
        snapshot_id=snapshot.snapshot_id,
        candidate=model,
    )
    store = office.workspace.runs._store
    run = await store.plan(run, key=model, per_day=99)
    await store.save(run.model_copy(update={"state": RunState.PROMOTED}))
    await office.workspace.registry.promote(model, run_id=run.run_id, by=ADMIN)


async def test_an_approved_correction_waits_for_the_next_retraining(office: Office) -> None:
    await taught(office)
    home = str(await office.people.home(ASKER))
    assert "corrected: 25 days." in home
    assert "Approved: the next retraining learns it." in home


async def test_a_learnt_correction_names_its_model_and_since_when_it_is_live(
    office: Office,
) -> None:
    await taught(office)
    await promoted(office, "ft:one")
    first = (await office.workspace.registry.history())[0].at
    await promoted(office, "ft:two")
    home = str(await office.people.home(ASKER))
    assert f"Learnt by `ft:two`, live since <!date^{int(first)}^" in home
    assert "Answering now: `ft:two`" in home


async def test_after_a_rollback_it_is_learnt_but_not_live(office: Office) -> None:
    await taught(office)
    await promoted(office, "ft:one")
    await office.workspace.registry.rollback(ADMIN)
    home = str(await office.people.home(ASKER))
    assert "Learnt by `ft:one`, which does not answer at the moment." in home
    assert "Answering now: `base`" in home


async def test_a_correction_changed_since_the_training_is_not_called_learnt(
    office: Office,
) -> None:
    await taught(office)
    await promoted(office, "ft:one")
    await taught(office, messages=example("e1", "26 days.").messages, updated_at=9.0)
    assert "Learnt by" not in str(await office.people.home(ASKER))


async def test_many_corrections_are_leafed_through_newest_first(office: Office) -> None:
    for n in range(10):
        await taught(office, f"e{n}", question=f"Question {n}?", at=float(n))
    home = await office.people.home(ASKER)
    assert "Question 9?" in str(home)
    assert "Question 1?" not in str(home)
    await office.people.choose(ASKER, home, "home_page_on")
    older = str((await office.people.state(ASKER))["home"])
    assert "Question 1?" in older
    assert "Question 9?" not in older


async def test_admins_see_champion_schedule_counts_health_and_runs(office: Office) -> None:
    await taught(office)
    await promoted(office, "ft:one")
    home = str(await office.people.home(ADMIN))
    assert "*Champion* `ft:one` since <!date^" in home
    assert "*Dataset* 1 approved · 0 waiting · 0 not taken" in home
    assert "*Schedule* none" in home
    assert "promoted" in home
    assert "*Champion*" not in str(await office.people.home(CURATOR))


async def test_home_never_reads_the_whole_dataset(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await taught(office, author=ADMIN)

    async def read(_: Dataset) -> list[Example]:
        pytest.fail("all approved examples were read to draw a page")

    monkeypatch.setattr(Dataset, "approved", read)
    assert "*Dataset* 1 approved" in str(await office.people.home(ADMIN))


async def test_home_says_when_the_provider_does_not_answer(office: Office) -> None:
    office.models.fault("GET /v1/models", status=503, times=99)
    home = str(await office.people.home(ADMIN))
    assert "the provider of the models does not answer" in home


async def test_home_speaks_japanese_to_who_reads_slack_in_japanese(office: Office) -> None:
    await taught(office, author=JAPANESE)
    home = str(await office.people.home(JAPANESE))
    assert "あなたの訂正" in home
    assert "承認済み: 次の再学習で学びます。" in home
    assert "保存をやめてデータを削除" in home
    assert "Your corrections" not in home


async def test_news_are_switched_off_and_on(office: Office) -> None:
    for wanted in (False, True):
        await office.people.choose(ASKER, await office.people.home(ASKER), "home_news")
        person = await office.preferences.person("T0DEMO0001", ASKER)
        assert person.news is wanted


async def test_home_of_a_large_workspace_stays_within_slacks_limits(office: Office) -> None:
    long = "語" * 9_000
    for n in range(12):
        await taught(office, f"e{n}", question=f"{n}{long}", author=ADMIN, at=float(n))
    waiting = {"status": Status.PENDING, "approved_by": None, "author": ADMIN}
    for n in range(4):
        await office.workspace.dataset.submit(
            example(f"w{n}", long, question=f"w{n}{long}", **waiting)  # type: ignore[arg-type]
        )

    async def drawn() -> bool:
        home = (await office.people.state(ADMIN))["home"]
        return bool(home) and "1 to 3 of 4" in str(home)

    await office.people.home(ADMIN)
    await until("Home to be drawn", drawn)
