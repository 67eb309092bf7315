"""Our operations as OpenAI's document describes them, asked for by schemathesis, within and beyond it.

Against a running trainer; half of the requests name a file, a job, an upload and a model that are
there. Whatever is sent: no 5xx, no status that is not declared, and every body as the document says.
EXAMPLES of each operation and each mode, the same every time; others with SEED, more with EXAMPLES
in the environment.
"""

import os

import openai
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from requests import RequestException, Session
from schemathesis import Case, GenerationMode

from tests.judge_openai.document import Heard, whole_document
from tests.scenarios.trainer.judges.judged import DOCUMENT, Learnt
from tests.scenarios.trainer.running_trainer import BASE, KEY, Trainer, upload

EXAMPLES = int(os.environ.get("EXAMPLES", "7"))
SEED = int(os.environ.get("SEED", "6"))
SCHEMA = schemathesis.openapi.from_dict(whole_document())
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
# Nothing in a path alone can be wrong: any text is a name, of something or of nothing.
ASKED = [
    pytest.param(operation, mode, id=f"{operation.method} {operation.path} {mode.value}")
    for operation in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or operation.body or operation.query
]


@pytest.mark.parametrize(("operation", "mode"), ASKED)
def test_whatever_is_asked_the_answer_is_declared(
    trainer: Trainer,
    learnt: Learnt,
    operation: schemathesis.schemas.APIOperation,
    mode: GenerationMode,
) -> None:
    session, client = Session(), trainer.client()
    session.headers["Authorization"] = f"Bearer {KEY}"
    wrong: list[str] = []

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), known=st.booleans())
    def ask(case: Case, known: bool) -> None:
        if known:
            _name_what_is_there(case, client, learnt)
        try:
            answer = case.call(base_url=trainer.url, session=session, timeout=30)
        except (RequestException, ValueError, UnicodeError):
            return  # what no client can send was not sent
        media_type = (answer.headers.get("content-type") or [""])[0].split(";")[0]
        path = operation.path.replace("{", "").replace("}", "")
        heard = Heard(case.method, path, answer.status_code, media_type, answer.content)
        wrong.extend(f"{said} {case.as_curl_command()}" for said in DOCUMENT.wrong(heard))
        _leave_no_training(client, heard)

    ask()
    assert wrong == []


def _name_what_is_there(case: Case, client: openai.OpenAI, learnt: Learnt) -> None:
    """Without it hardly more than the way to a 404 would be walked. What is deleted is made for it."""
    path = case.path_parameters or {}
    if "file_id" in path:
        path["file_id"] = upload(client, b"{}\n")
    if "fine_tuning_job_id" in path:
        path["fine_tuning_job_id"] = learnt.job.id
    if "model" in path:
        path["model"] = BASE
    if "upload_id" in path:
        path["upload_id"] = client.uploads.create(
            bytes=3, filename="a", mime_type="text/jsonl", purpose="fine-tune"
        ).id
    if isinstance(case.body, dict):
        there = {"model": BASE, "training_file": learnt.training.id, "purpose": "fine-tune"}
        case.body.update({key: name for key, name in there.items() if key in case.body})


def _leave_no_training(client: openai.OpenAI, heard: Heard) -> None:
    """A job that was created is not what is asked about here."""
    if heard.path == "/fine_tuning/jobs" and heard.method == "POST" and heard.status == 200:
        for job in client.fine_tuning.jobs.list(limit=1).data:
            client.fine_tuning.jobs.cancel(job.id)
