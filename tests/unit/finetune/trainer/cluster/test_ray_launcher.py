"""Starting, taking up again and stopping on a cluster, against a job server of the test's own."""

from pathlib import Path
from types import SimpleNamespace
from typing import Literal

import pytest

from finetune.errors import InputError
from finetune.settings import TrainerSettings
from finetune.trainer.cluster import claim, ray_jobs, ray_launcher
from finetune.trainer.cluster.claim import Claim, Superseded, allow, revoke
from finetune.trainer.cluster.ray_launcher import RayLauncher
from finetune.trainer.engine import Outcome
from finetune.trainer.jobs.ending import NO_ROOM, write_end
from finetune.trainer.jobs.launching import NotStarted
from finetune.trainer.launchers import slots_for
from finetune.trainer.stores.storage import Storage

pytestmark = pytest.mark.anyio


class Cluster:
    """Keeps what was submitted; `away`: so many calls meet nobody."""

    def __init__(self) -> None:
        self.jobs: dict[str, str] = {}
        self.commands: list[list[str]] = []
        self.codes: dict[str, int] = {}
        self.away = 0

    def submit(self, name: str, command: list[str], variables: dict[str, str]) -> None:
        self._answer()
        self.jobs.setdefault(name, "PENDING")
        self.commands.append(list(command))

    def status(self, name: str) -> str | None:
        self._answer()
        return self.jobs.get(name)

    def is_running(self, name: str) -> bool:
        return self.status(name) in {"PENDING", "RUNNING"}

    def running(self) -> list[str]:
        return [name for name in self.jobs if self.is_running(name)]

    def stop(self, name: str) -> None:
        self._answer()
        self.jobs[name] = "STOPPED"

    def exit_code(self, name: str) -> int | None:
        return self.codes.get(name)

    def last_said(self, name: str) -> str:
        return "out of luck"

    def _answer(self) -> None:
        if self.away:
            self.away -= 1
            raise ConnectionError("nobody there")


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(str(tmp_path / "store"), tmp_path / "cache")


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setattr(ray_launcher, "_LOOK", 0.01)
    return Cluster()


@pytest.fixture
def launcher(cluster: Cluster, storage: Storage) -> RayLauncher:
    return RayLauncher(cluster, storage, workers=2)  # type: ignore[arg-type]


async def test_a_job_is_submitted_with_all_that_the_cluster_needs(
    launcher: RayLauncher, cluster: Cluster, storage: Storage
) -> None:
    await launcher.start("ftjob-1", 0)
    assert list(cluster.jobs) == ["ftjob-1-1"]
    module = ["python", "-m", "finetune.trainer.cluster.ray_training"]
    assert cluster.commands == [[*module, storage.url, "ftjob-1", "ftjob-1-1", "2"]]


@pytest.mark.parametrize("status", ["PENDING", "RUNNING"])
async def test_what_still_runs_is_taken_up_again(
    launcher: RayLauncher, cluster: Cluster, status: str
) -> None:
    cluster.jobs["ftjob-1-1"] = status
    training = await launcher.start("ftjob-1", 0)
    assert (training.name, cluster.commands) == ("ftjob-1-1", [])


@pytest.mark.parametrize("status", ["FAILED", "STOPPED", "SUCCEEDED"])
async def test_what_ended_without_a_word_is_tried_again(
    launcher: RayLauncher, cluster: Cluster, status: str
) -> None:
    cluster.jobs["ftjob-1-1"] = status
    assert (await launcher.start("ftjob-1", 0)).name == "ftjob-1-2"


async def test_what_has_ended_is_not_trained_again(
    launcher: RayLauncher, cluster: Cluster, storage: Storage
) -> None:
    cluster.jobs["ftjob-1-1"] = "SUCCEEDED"
    write_end(storage, "ftjob-1", Outcome(1, 1, None, 1))
    training = await launcher.start("ftjob-1", 0)
    assert (await training.wait(), cluster.commands) == (0, [])


async def test_an_attempt_that_fails_is_told_from_one_that_ends(
    launcher: RayLauncher, cluster: Cluster, storage: Storage
) -> None:
    training = await launcher.start("ftjob-1", 0)
    cluster.jobs["ftjob-1-1"] = "FAILED"
    assert await training.wait() == 1
    write_end(storage, "ftjob-1", Outcome(1, 1, None, 1))
    assert await training.wait() == 0


async def test_a_full_disk_on_a_node_is_told_as_such(
    launcher: RayLauncher, cluster: Cluster
) -> None:
    training = await launcher.start("ftjob-1", 0)
    cluster.jobs["ftjob-1-1"], cluster.codes["ftjob-1-1"] = "FAILED", NO_ROOM
    assert await training.wait() == NO_ROOM


async def test_a_cluster_that_forgot_the_job_ends_the_attempt(
    launcher: RayLauncher, cluster: Cluster
) -> None:
    training = await launcher.start("ftjob-1", 0)
    cluster.jobs.clear()
    assert await training.wait() == 1


async def test_a_job_server_away_for_a_moment_changes_nothing(
    launcher: RayLauncher, cluster: Cluster
) -> None:
    cluster.away = 3
    training = await launcher.start("ftjob-1", 0)
    cluster.away, cluster.jobs["ftjob-1-1"] = 3, "STOPPED"
    assert await training.wait() == 1


async def test_a_cluster_that_stays_away_is_given_up(
    launcher: RayLauncher, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    training = await launcher.start("ftjob-1", 0)
    monkeypatch.setattr(ray_launcher, "_PATIENCE", 0.05)
    cluster.away = 1000
    assert await training.wait() == 3
    await training.stop()
    with pytest.raises(NotStarted, match="RAY_ADDRESS"):
        await launcher.start("ftjob-1", 0)


async def test_a_stopped_attempt_may_not_train_any_more(
    launcher: RayLauncher, cluster: Cluster, storage: Storage
) -> None:
    training = await launcher.start("ftjob-1", 0)
    claim = Claim(storage, "ftjob-1", "ftjob-1-1")
    assert claim.holds()
    await training.stop()
    assert cluster.jobs == {"ftjob-1-1": "STOPPED"}
    assert not claim.holds()
    with pytest.raises(Superseded):
        Claim(storage, "ftjob-1", "ftjob-1-1")


async def test_what_a_killed_server_could_not_stop_is_stopped_by_the_next(
    launcher: RayLauncher, cluster: Cluster, storage: Storage
) -> None:
    await launcher.start("ftjob-1", 0)
    await launcher.start("ftjob-2", 0)
    cluster.jobs["somebody-elses"] = "RUNNING"
    launcher.stop_unless(lambda job_id: job_id == "ftjob-1")
    assert cluster.running() == ["ftjob-1-1", "somebody-elses"]
    with pytest.raises(Superseded):
        Claim(storage, "ftjob-2", "ftjob-2-1")


def test_the_latest_process_of_an_attempt_holds_the_claim(storage: Storage) -> None:
    allow(storage, "ftjob-1", "ftjob-1-1")
    cut_off = Claim(storage, "ftjob-1", "ftjob-1-1")
    latest = Claim(storage, "ftjob-1", "ftjob-1-1")
    assert (cut_off.holds(), latest.holds()) == (False, True)
    revoke(storage, "ftjob-1")
    assert not latest.holds()


def test_a_process_reports_only_when_its_predecessor_has_seen_that_it_lost(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(claim, "time", SimpleNamespace(sleep=slept.append))
    monkeypatch.setattr(claim.threading.Thread, "start", lambda _: None)
    allow(storage, "ftjob-1", "ftjob-1-1")
    Claim(storage, "ftjob-1", "ftjob-1-1").end_when_lost()
    assert slept == []
    Claim(storage, "ftjob-1", "ftjob-1-1").end_when_lost()
    assert slept[0] > 2 * claim._LOOK


@pytest.mark.parametrize(
    ("launcher", "slots", "gpus", "expected"),
    [("ray", 0, ["0"], 8), ("ray", 2, [], 2), ("local", 0, ["0", "1"], 2), ("local", 0, [], 1)],
)
def test_a_cluster_is_handed_more_jobs_than_this_machine_has_gpus(
    launcher: Literal["local", "ray"], slots: int, gpus: list[str], expected: int
) -> None:
    settings = TrainerSettings(trainer_launcher=launcher, trainer_slots=slots)
    assert slots_for(settings, gpus) == expected


def test_without_ray_one_line_says_what_to_install(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_jobs, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"apprentice\[trainer,ray\]"):
        ray_launcher.ray_launcher(TrainerSettings(ray_address="http://head:8265"), storage)


@pytest.mark.parametrize("address", ["", "head:8265", "ray://head:10001", "http://", "http://h:x"])
def test_an_address_that_is_none_is_refused(
    address: str, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_jobs, "find_spec", lambda _: True)
    with pytest.raises(InputError, match=f"RAY_ADDRESS={address}.*A good value"):
        ray_launcher.ray_launcher(TrainerSettings(ray_address=address), storage)


def test_an_address_where_nobody_is_is_refused(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ray_jobs, "find_spec", lambda _: True)
    with pytest.raises(InputError, match=r"127\.0\.0\.1:9 does not answer: Connection refused"):
        ray_launcher.ray_launcher(TrainerSettings(ray_address="http://127.0.0.1:9"), storage)
