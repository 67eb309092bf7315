"""The provider stub's files and fine-tuning jobs in OpenAI's wire format."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.fakes.openai_account import Json, OpenAIStub, StoredFile, TuningJob
from tests.fakes.openai_wire import page, refusal


def file_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.post("/v1/files")
    async def upload(request: Request) -> Json:
        form = await request.form()
        sent: Any = form["file"]
        file_id = f"file-{len(stub.files) + 1}"
        stub.files[file_id] = StoredFile(
            file_id, sent.filename, str(form["purpose"]), await sent.read()
        )
        return stub.files[file_id].wire()

    @app.get("/v1/files")
    async def files(purpose: str = "", limit: int = 100, after: str | None = None) -> Json:
        found = [f.wire() for f in stub.files.values() if not purpose or f.purpose == purpose]
        return page(found, limit, after)

    @app.get("/v1/files/{file_id}/content")
    async def content(file_id: str) -> Response:
        return Response(stub.files[file_id].content)


def job_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.post("/v1/fine_tuning/jobs")
    async def create(request: Request) -> Response:
        body = await request.json()
        if body["model"] in stub.unknown_models:
            return refusal(
                400, f"Model {body['model']} cannot be fine-tuned", "model_not_available"
            )
        if body["training_file"] not in stub.files:
            return refusal(400, f"no file {body['training_file']}")
        job = TuningJob(f"ftjob-{len(stub.jobs) + 1}", body)
        job.note("Created fine-tuning job")
        stub.jobs[job.job_id] = job
        return JSONResponse(job.wire())

    @app.get("/v1/fine_tuning/jobs")
    async def jobs(limit: int = 20, after: str | None = None) -> Json:
        return page([job.wire() for job in stub.jobs.values()], limit, after)

    @app.get("/v1/fine_tuning/jobs/{job_id}")
    async def job(job_id: str) -> Response:
        if job_id not in stub.jobs:
            return refusal(404, f"no job {job_id}")
        stub.poll(stub.jobs[job_id])
        return JSONResponse(stub.jobs[job_id].wire())

    @app.get("/v1/fine_tuning/jobs/{job_id}/events")
    async def events(job_id: str, limit: int = 20, after: str | None = None) -> Json:
        return page(stub.jobs[job_id].events, limit, after)

    @app.post("/v1/fine_tuning/jobs/{job_id}/cancel")
    async def cancel(job_id: str) -> Response:
        found = stub.jobs[job_id]
        if found.status != "running":
            return refusal(400, f"job {job_id} has already ended")
        found.status = "cancelled"
        return JSONResponse(found.wire())
