"""The provider stub's files and fine-tuning jobs in OpenAI's wire format."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.fakes.openai_account import Json, OpenAIStub, StoredFile, TuningJob
from tests.fakes.openai_wire import page, refusal

PURPOSE = "fine-tune"
ENDED = {"succeeded", "failed", "cancelled"}


def file_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.post("/v1/files")
    async def upload(request: Request) -> Response:
        form = await request.form()
        sent: Any = form["file"]
        if form["purpose"] != PURPOSE:
            return refusal(400, f"'{form['purpose']}' is not one of ['{PURPOSE}'] - 'purpose'")
        content = await sent.read()
        file_id = f"file-{len(stub.files) + 1}"
        stub.files[file_id] = StoredFile(file_id, sent.filename, str(form["purpose"]), content)
        return JSONResponse(stub.files[file_id].wire())

    @app.get("/v1/files")
    async def files(purpose: str = "", limit: int = 100, after: str | None = None) -> Json:
        stored = {**stub.files, **stub.result_files}.values()
        found = [f.wire() for f in stored if not purpose or f.purpose == purpose]
        return page(found, limit, after)

    @app.get("/v1/files/{file_id}")
    async def file(file_id: str) -> Response:
        found = _file(stub, file_id)
        return JSONResponse(found.wire()) if found else _no_file(file_id)

    @app.get("/v1/files/{file_id}/content")
    async def content(file_id: str) -> Response:
        found = _file(stub, file_id)
        return Response(found.content) if found else _no_file(file_id)

    @app.delete("/v1/files/{file_id}")
    async def delete(file_id: str) -> Response:
        if stub.files.pop(file_id, None) is None and stub.result_files.pop(file_id, None) is None:
            return _no_file(file_id)
        return JSONResponse({"id": file_id, "object": "file", "deleted": True})

    @app.delete("/v1/models/{model}")
    async def delete_model(model: str) -> Response:
        if model not in {job.fine_tuned_model for job in stub.jobs.values()}:
            return refusal(404, f"The model '{model}' does not exist", "model_not_found")
        stub.deleted_models.append(model)
        return JSONResponse({"id": model, "object": "model", "deleted": True})


def job_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.post("/v1/fine_tuning/jobs")
    async def create(request: Request) -> Response:
        body = await request.json()
        if body["model"] in stub.unknown_models:
            return refusal(
                400, f"Model {body['model']} cannot be fine-tuned", "model_not_available"
            )
        if (method := (body.get("method") or {}).get("type")) in stub.refused_methods:
            return refusal(400, f"Method '{method}' is not supported for {body['model']}")
        for named in filter(None, (body["training_file"], body.get("validation_file"))):
            if named not in stub.files:
                return refusal(400, f"no file {named}")
        job = TuningJob(f"ftjob-{len(stub.jobs) + 1}", body)
        job.note("Created fine-tuning job")
        if stub.queue_length:
            job.status = "queued"
        stub.jobs[job.job_id] = job
        return JSONResponse(_wire(stub, job))

    @app.get("/v1/fine_tuning/jobs")
    async def jobs(limit: int = 20, after: str | None = None) -> Json:
        return page([_wire(stub, job) for job in stub.jobs.values()], limit, after)

    @app.get("/v1/fine_tuning/jobs/{job_id}")
    async def job(job_id: str) -> Response:
        if job_id not in stub.jobs:
            return _no_job(job_id)
        stub.poll(stub.jobs[job_id])
        return JSONResponse(_wire(stub, stub.jobs[job_id]))

    _report_routes(app, stub)


def _report_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.get("/v1/fine_tuning/jobs/{job_id}/events")
    async def events(job_id: str, limit: int = 20, after: str | None = None) -> Response:
        if job_id not in stub.jobs:
            return _no_job(job_id)
        return JSONResponse(page(stub.jobs[job_id].events, limit, after))

    @app.get("/v1/fine_tuning/jobs/{job_id}/checkpoints")
    async def checkpoints(job_id: str, limit: int = 10, after: str | None = None) -> Response:
        if job_id not in stub.jobs:
            return _no_job(job_id)
        return JSONResponse(page(stub.jobs[job_id].checkpoints, limit, after))

    @app.post("/v1/fine_tuning/jobs/{job_id}/{action}")
    async def change(job_id: str, action: str) -> Response:
        found = stub.jobs.get(job_id)
        if found is None:
            return _no_job(job_id)
        if found.status in ENDED:
            return refusal(400, f"job {job_id} has already ended")
        found.status = {"cancel": "cancelled", "pause": "paused", "resume": "running"}[action]
        return JSONResponse(_wire(stub, found))


def _wire(stub: OpenAIStub, job: TuningJob) -> Json:
    return job.wire() if stub.keeps_metadata else {**job.wire(), "metadata": None}


def _file(stub: OpenAIStub, file_id: str) -> StoredFile | None:
    return stub.files.get(file_id) or stub.result_files.get(file_id)


def _no_file(file_id: str) -> Response:
    return refusal(404, f"No such File object: {file_id}")


def _no_job(job_id: str) -> Response:
    return refusal(404, f"Could not find fine tune: {job_id}", "fine_tune_not_found")
