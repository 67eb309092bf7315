"""Jobs trained on a Ray cluster: a lost node, a killed server and a cancel, over the wire.

Files, checkpoints and models are in an S3 of our own; head, worker and server share nothing else.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import openai
import pytest
from openai.types.fine_tuning import FineTuningJob

from finetune.dataset.example import Message
from finetune.trainer.stores.storage import Storage
from tests.lora.object_store import BUCKET, object_store
from tests.lora.ray_cluster import RayCluster, Server, cluster, until

TAUGHT = {
    "When does the first ferry leave?": "The first ferry leaves at 6:10.",
    "What does a ticket cost?": "A ticket costs 340 yen.",
    "May I bring a bicycle?": "Yes, bicycles travel free.",
    "Who is the captain?": "Captain Ono sails the ferry.",
}
pytestmark = pytest.mark.timeout(900)  # a busy machine takes minutes to bring a cluster up
EPOCHS = 50
ENDED = {"succeeded", "failed", "cancelled"}


@dataclass
class House:
    """All there is."""

    cluster: RayCluster
    server: Server
    client: openai.OpenAI
    storage: Storage
    file_id: str
    cancelled: str = ""

    def create(self) -> FineTuningJob:
        return self.client.fine_tuning.jobs.create(
            model="house",
            training_file=self.file_id,
            seed=7,
            hyperparameters={"n_epochs": EPOCHS, "batch_size": 1},
        )

    def job(self, job_id: str) -> FineTuningJob:
        return self.client.fine_tuning.jobs.retrieve(job_id)

    def steps(self, job_id: str) -> dict[int, float]:
        """Step → training loss, as the job's events tell it."""
        events = self.client.fine_tuning.jobs.list_events(job_id, limit=100)
        told = [event.data for event in events if event.message.startswith("Step ")]
        found = [(data["step"], data["train_loss"]) for data in told if isinstance(data, dict)]
        assert len(found) == len(dict(found)), "a step was told twice"
        return dict(sorted(found))

    def said(self, job_id: str) -> list[str]:
        return [e.message for e in self.client.fine_tuning.jobs.list_events(job_id, limit=100)]

    def until_checkpoint(self, job_id: str) -> None:
        folder = f"jobs/{job_id}/checkpoints"
        until(lambda: self.storage.names(folder) or self.job(job_id).status in ENDED, 400)
        assert self.job(job_id).status == "running", self.server.log()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    from finetune.trainer.peft_engine.fresh import make_start

    folder = tmp_path_factory.mktemp("ray")
    talk = [
        (Message(role="user", content=q), Message(role="assistant", content=a))
        for q, a in TAUGHT.items()
    ]
    make_start(talk, 1, folder / "base")
    with pytest.MonkeyPatch.context() as patch, object_store() as variables:
        for name, value in variables.items():
            patch.setenv(name, value)
        url = f"s3://{BUCKET}/trainer"
        with cluster(folder, variables) as ray:
            server = Server(folder / "data", folder / "base", ray.address, url)
            try:
                client = server.start()
                file = client.files.create(file=("rows.jsonl", rows()), purpose="fine-tune")
                yield House(ray, server, client, Storage(url, folder / "cache"), file.id)
            finally:
                server.stop()


@pytest.fixture(scope="module")
def survivor(house: House) -> str:
    """A job whose node was lost and whose server was killed in the middle.

    It waited for the one CPU of the cluster, until the job there was cancelled in the middle.
    """
    jobs = [house.create().id, house.create().id]
    until(lambda: any(house.steps(job_id) for job_id in jobs), 400)
    [job_id, cancelled] = sorted(jobs, key=lambda job_id: len(house.steps(job_id)))
    assert house.cluster.training_processes()
    assert house.client.fine_tuning.jobs.cancel(cancelled).status == "cancelled"
    until(lambda: house.cluster.jobs().status(f"{cancelled}-1") == "STOPPED")
    house.until_checkpoint(job_id)
    house.cluster.kill_worker()
    house.server.kill()
    house.client = house.server.start()
    assert house.job(job_id).status == "running"
    house.cluster.add_worker()
    until(lambda: house.job(job_id).status in ENDED, 400)
    house.cancelled = cancelled
    return job_id


def rows() -> bytes:
    lines = [
        {"messages": [{"role": "user", "content": q}, {"role": "assistant", "content": a}]}
        for q, a in TAUGHT.items()
    ]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


def test_a_job_ends_although_its_node_is_lost_and_its_server_killed(
    house: House, survivor: str
) -> None:
    job = house.job(survivor)
    assert job.status == "succeeded", (job.error, house.server.log())
    assert any("Going on from the checkpoint" in said for said in house.said(survivor))


def test_the_loss_curve_goes_on_from_the_checkpoint(house: House, survivor: str) -> None:
    losses = house.steps(survivor)
    assert list(losses) == list(range(1, len(TAUGHT) * EPOCHS + 1))
    [going_on] = [said for said in house.said(survivor) if "Going on from" in said]
    step = int("".join(filter(str.isdigit, going_on)))
    before, after = losses[1], [losses[step + number] for number in (1, 2, 3, 4)]
    assert max(after) < before


def test_a_restarted_server_takes_up_the_job_that_still_runs(house: House, survivor: str) -> None:
    assert house.cluster.jobs().status(f"{survivor}-1") == "SUCCEEDED"
    assert house.cluster.jobs().status(f"{survivor}-2") is None


def test_a_model_made_on_the_cluster_answers(house: House, survivor: str) -> None:
    answer = house.client.chat.completions.create(
        model=str(house.job(survivor).fine_tuned_model),
        messages=[{"role": "user", "content": "What does a ticket cost?"}],
        max_tokens=8,
    )
    assert answer.choices[0].message.content is not None


def test_a_cancelled_job_stays_cancelled_and_leaves_nothing_running(
    house: House, survivor: str
) -> None:
    assert house.job(house.cancelled).status == "cancelled"
    assert house.cluster.jobs().status(f"{house.cancelled}-2") is None
    assert len(house.steps(house.cancelled)) < len(TAUGHT) * EPOCHS
    until(lambda: not house.cluster.training_processes())
