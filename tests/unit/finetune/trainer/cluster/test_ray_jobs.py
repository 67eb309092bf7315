"""What Ray's job server says and what that means, with a client of the test's own."""

import pytest

from finetune.trainer.cluster.ray_jobs import RayJobs


class Client:
    """A head that has just begun: it knows no job and takes none yet."""

    def submit_job(self, **_: object) -> None:
        raise RuntimeError("Request failed with status code 500: No available agent to submit job")

    def get_job_status(self, name: str) -> None:
        raise RuntimeError(f"Request failed with status code 404: Job {name} does not exist")


def test_a_head_that_takes_no_jobs_yet_is_asked_again_later() -> None:
    with pytest.raises(ConnectionError, match="No available agent"):
        RayJobs(Client()).submit("ftjob-1-1", ["python"], {})
