"""What the provider stub knows: its files, jobs and history, and what it is told to do next."""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Scripted:
    """One answer to come. `gate`: send nothing before it is set. `breaks_after`: cut the
    connection after so many pieces of the stream. `gate_after`: send so many pieces first.
    `pause`: seconds before each piece."""

    text: str
    finish_reason: str = "stop"
    gate: asyncio.Event | None = None
    gate_after: int = 0
    breaks_after: int | None = None
    pause: float = 0.0
    refusal: str | None = None  # the model's own, in place of a text
    raw: str | None = None  # this body instead of a completion, as text
    stream_error: str | None = None  # the code of an error inside the stream, after the text


@dataclass(frozen=True)
class Chat:
    """One chat completion that was asked for; a legacy one has its prompt as the user's message."""

    model: str
    messages: list[Json]
    stream: bool
    body: Json

    @property
    def question(self) -> str:
        """The last thing the user said."""
        return next(m["content"] for m in reversed(self.messages) if m["role"] == "user")


@dataclass
class StoredFile:
    """One uploaded file."""

    file_id: str
    name: str
    purpose: str
    content: bytes
    created_at: int = field(default_factory=lambda: int(time.time()))
    status: str = "processed"

    def rows(self) -> list[Json]:
        """Its JSON Lines."""
        return [json.loads(line) for line in self.content.splitlines()]

    def wire(self) -> Json:
        return {
            "id": self.file_id,
            "object": "file",
            "bytes": len(self.content),
            "created_at": self.created_at,
            "filename": self.name,
            "purpose": self.purpose,
            "status": self.status,
        }


@dataclass
class PartedUpload:
    """One upload in parts."""

    upload_id: str
    request: Json
    status: str = "pending"
    parts: dict[str, bytes] = field(default_factory=dict)
    created_at: int = field(default_factory=lambda: int(time.time()))


@dataclass
class TuningJob:
    """One fine-tuning job."""

    job_id: str
    request: Json
    status: str = "running"
    fine_tuned_model: str | None = None
    error: str | None = None
    polled: int = 0
    events: list[Json] = field(default_factory=list)
    checkpoints: list[Json] = field(default_factory=list)
    result_files: list[str] = field(default_factory=list)
    finished_at: int | None = None
    created_at: int = field(default_factory=lambda: int(time.time()))

    def note(self, message: str, **data: float) -> None:
        """Add an event."""
        self.events.append(
            {
                "id": f"ftevent-{self.job_id}-{len(self.events)}",
                "object": "fine_tuning.job.event",
                "created_at": int(time.time()),
                "level": "info",
                "message": message,
                "type": "metrics" if data else "message",
                "data": data or None,
            }
        )

    def checkpoint(self, step: int, **metrics: float) -> None:
        """Add a checkpoint, which comes with an event of its own."""
        model = f"ft:{self.request['model']}:stub::{self.job_id}:ckpt-step-{step}"
        self.checkpoints.append(
            {
                "id": f"ftckpt-{self.job_id}-{step}",
                "object": "fine_tuning.job.checkpoint",
                "created_at": int(time.time()),
                "fine_tuned_model_checkpoint": model,
                "fine_tuning_job_id": self.job_id,
                "metrics": {"step": step, **metrics},
                "step_number": step,
            }
        )

    @property
    def hyperparameters(self) -> Json:
        """As they were asked for, in either place."""
        method = self.request.get("method") or {}
        asked = (method.get(method.get("type")) or {}).get("hyperparameters")
        return {"n_epochs": "auto", **(asked or self.request.get("hyperparameters") or {})}

    def wire(self) -> Json:
        method = (self.request.get("method") or {}).get("type", "supervised")
        return {
            "id": self.job_id,
            "object": "fine_tuning.job",
            "created_at": self.created_at,
            "finished_at": self.finished_at,
            "model": self.request["model"],
            "fine_tuned_model": self.fine_tuned_model,
            "organization_id": "org-stub",
            "status": self.status,
            "training_file": self.request["training_file"],
            "validation_file": self.request.get("validation_file"),
            "hyperparameters": self.hyperparameters,
            "method": {"type": method, method: {"hyperparameters": self.hyperparameters}},
            "result_files": self.result_files,
            "trained_tokens": 1234 if self.status == "succeeded" else None,
            "seed": self.request.get("seed", 0),
            "metadata": self.request.get("metadata"),
            "user_provided_suffix": self.request.get("suffix"),
            "error": {"code": "failed", "message": self.error, "param": None}
            if self.error
            else None,
        }


@dataclass
class Hold:
    """The next matching request is carried out, and its answer kept back until `release`."""

    route: str
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        self.released.set()


@dataclass
class Fault:
    """The next matching requests are refused."""

    route: str
    status: int
    message: str
    code: str | None
    times: int
    param: str | None = None
    retry_after_ms: int | None = None


def echo(model: str, messages: list[Json]) -> str:
    """The default answer."""
    return f"{model} heard: {messages[-1]['content']}"


def at_once(model: str) -> float:
    """The default latency."""
    return 0.0


def words(text: str) -> int:
    """The default count of tokens."""
    return len(text.split())


@dataclass
class OpenAIStub:
    """What the provider was asked, what it has, and what it will say."""

    url: str = ""
    answer: Callable[[str, list[Json]], str] = echo
    latency: Callable[[str], float] = at_once  # seconds until a model answers
    tokens: Callable[[str], int] = words  # how long a text is for its usage figures
    chances: Callable[[str, list[Json]], dict[str, float]] | None = None  # of each first token
    legacy_models: set[str] = field(default_factory=set)  # they know bare prompts only
    refused_params: set[str] = field(default_factory=set)  # of chat completions
    polls: int | None = 2  # a job succeeds when it is looked at so often; None: only by `finish`
    refused_methods: set[str] = field(default_factory=set)  # of training: "dpo"
    shutdown_dates: dict[str, int | str] = field(default_factory=dict)  # in the list of models
    queue_length: int = 0  # looks at a new job until it runs
    takes_parts: bool = True  # knows /v1/uploads
    keeps_metadata: bool = True
    results: bytes = b"step,train_loss,train_accuracy\n1,2.0,0.5\n2,1.0,0.75\n"
    unknown_models: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)  # "POST /v1/files", in order of arrival
    chats: list[Chat] = field(default_factory=list)
    answering: int = 0
    most_answering: int = 0  # … at any one time
    files: dict[str, StoredFile] = field(default_factory=dict)
    uploads: dict[str, PartedUpload] = field(default_factory=dict)
    jobs: dict[str, TuningJob] = field(default_factory=dict)
    result_files: dict[str, StoredFile] = field(default_factory=dict)
    deleted_models: list[str] = field(default_factory=list)
    scripted: list[Scripted] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)

    def queue(self, *answers: str | Scripted) -> None:
        """What it says next, in this order; afterwards `answer` speaks again."""
        self.scripted += [Scripted(a) if isinstance(a, str) else a for a in answers]

    def fault(
        self,
        route: str,
        *,
        status: int,
        message: str = "no",
        code: str | None = None,
        times: int = 1,
        param: str | None = None,
        retry_after_ms: int | None = None,
    ) -> None:
        """Refuse the next `times` requests whose "METHOD /path" starts with `route`."""
        fault = Fault(route, status, message, code, times, param, retry_after_ms)
        self.faults.append(fault)

    def hold(self, route: str) -> Hold:
        """Carry out the next request that starts with `route`, and keep the answer back."""
        self.holds.append(Hold(route))
        return self.holds[-1]

    @property
    def job(self) -> TuningJob:
        """The only job there is."""
        (job,) = self.jobs.values()
        return job

    def finish(self, job_id: str, model: str | None = None) -> None:
        """End a job well."""
        job = self.jobs[job_id]
        suffix = job.request.get("suffix") or ""
        job.fine_tuned_model = model or f"ft:{job.request['model']}:stub:{suffix}:{job_id}"
        job.status, job.finished_at = "succeeded", int(time.time())
        csv = f"file-results-{job_id}"
        self.result_files[csv] = StoredFile(
            csv, "step_metrics.csv", "fine-tune-results", base64.b64encode(self.results)
        )
        job.result_files = [csv]
        job.note("The job has successfully completed")

    def fail(self, job_id: str, message: str) -> None:
        """End a job badly."""
        job = self.jobs[job_id]
        job.status, job.error = "failed", message
        job.note(message)

    def poll(self, job: TuningJob) -> None:
        """One look at a running job; one that is queued comes nearer."""
        if job.status == "queued" and job.polled < self.queue_length:
            job.polled += 1
            job.note(f"Fine-tune is in the queue. Queue number: {self.queue_length - job.polled}")
            return
        if job.status == "queued":
            job.status, job.polled = "running", 0
        if job.status != "running":
            return
        job.polled += 1
        job.note(f"Step {job.polled}", step=job.polled, train_loss=round(2.0 / job.polled, 3))
        if self.polls is not None and job.polled >= self.polls:
            self.finish(job.job_id)
