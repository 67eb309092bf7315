"""Serving in this process: parts pass on as they come, clients may leave, too much is refused."""

import asyncio
import base64
import json
import queue
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Message

from finetune.trainer.engine import Answering, Asking, Delta, End, Part, Sampling, TooLong
from finetune.trainer.errors import BadRequest, Overloaded
from finetune.trainer.serving.in_process import InProcess
from finetune.trainer.serving.loaded import LoadedModels
from finetune.trainer.stores.model_store import StoredModel
from finetune.trainer.stores.storage import Storage

MODEL = StoredModel("house", None, 0, "models/house", "digest")
BODY = {"model": "house", "messages": [{"role": "user", "content": "?"}]}
STREAM = BODY | {"stream": True}
END = End("stop", 3, 2)


class Slow(Iterator[Part]):
    """An answer whose parts a test hands out."""

    def __init__(self) -> None:
        self.parts: queue.SimpleQueue[Part | Exception | None] = queue.SimpleQueue()
        self.closed = False

    def __next__(self) -> Part:
        part = self.parts.get(timeout=30)
        if isinstance(part, Exception):
            raise part
        if part is None:
            raise StopIteration
        return part

    def close(self) -> None:
        self.closed = True
        self.parts.put(None)


class Model:
    """Gives the answers it is given."""

    def __init__(self) -> None:
        self.answers: list[Slow] = []
        self.asked: list[Asking] = []

    def chat(self, asking: Asking) -> Answering:
        self.asked.append(asking)
        if asking.messages[-1]["content"] == "too long":
            raise TooLong("maximum context length is 8 tokens")
        self.answers.append(Slow())
        return self.answers[-1]

    def complete(self, prompt: str | Sequence[int], sampling: Sampling) -> Answering:
        self.answers.append(Slow())
        return self.answers[-1]

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        return [[0.6, 0.8] for _ in texts], 5


class Client:
    """What one client has received; `leave` makes it go away."""

    def __init__(self, response: Response) -> None:
        self.events: list[str] = []
        self.arrived = asyncio.Event()
        self._leaving = asyncio.Event()
        scope = {"type": "http", "asgi": {"spec_version": "2.3"}, "headers": []}
        self.served = asyncio.ensure_future(response(scope, self._receive, self._send))

    def leave(self) -> None:
        self._leaving.set()

    async def until(self, number: int) -> list[str]:
        """The first events, as soon as there are so many."""
        while len(self.events) < number:
            self.arrived.clear()
            await asyncio.wait_for(self.arrived.wait(), 30)
        return self.events

    async def _receive(self) -> Message:
        await self._leaving.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Message) -> None:
        if body := message.get("body", b"").decode():
            self.events.append(body)
            self.arrived.set()


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def serving(model: Model, tmp_path: Path) -> InProcess:
    class Engine:
        def load(self, path: Path) -> Model:
            return model

    (tmp_path / MODEL.folder).mkdir(parents=True)
    storage = Storage(str(tmp_path), tmp_path / "cache")
    return InProcess(LoadedModels(Engine(), storage), most=2)  # type: ignore[arg-type]


def run(work: Callable[[], Any]) -> None:
    asyncio.run(asyncio.wait_for(work(), 60))


def delta(event: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(event.removeprefix("data: "))["choices"][0]["delta"]
    return found


def test_a_part_is_sent_before_the_next_one_is_known(serving: InProcess, model: Model) -> None:
    async def work() -> None:
        client = Client(await serving.chat(MODEL, STREAM))
        model.answers[0].parts.put(Delta("first"))
        events = await client.until(2)
        assert [delta(event).get("content") for event in events] == ["", "first"]
        model.answers[0].parts.put(END)
        await client.served
        assert client.events[-1] == "data: [DONE]\n\n"

    run(work)


def test_choices_are_streamed_side_by_side(serving: InProcess, model: Model) -> None:
    async def work() -> None:
        client = Client(await serving.chat(MODEL, STREAM | {"n": 2, "seed": 4}))
        assert [asked.sampling.seed for asked in model.asked] == [4, 5]
        for answer in model.answers:
            answer.parts.put(Delta("a"))
        await client.until(4)
        for answer in model.answers:
            answer.parts.put(END)
        await client.served
        told = [json.loads(event[6:])["choices"][0] for event in client.events[:-1]]
        assert [choice["index"] for choice in told] == [0, 1, 0, 1, 0, 1]

    run(work)


@pytest.mark.parametrize("body", [STREAM, BODY])
def test_a_client_that_goes_away_ends_the_work(
    serving: InProcess, model: Model, body: dict[str, Any]
) -> None:
    async def work() -> None:
        for _ in range(5):  # more than may be under way at once: each one gives its place back
            client = Client(await serving.chat(MODEL, body | {"n": 2}))
            client.leave()
            await client.served
            assert all(answer.closed for answer in model.answers)
            while not serving._room.acquire(blocking=False):
                await asyncio.sleep(0.01)
            serving._room.release()

    run(work)


def test_more_than_can_be_answered_is_refused_for_now(serving: InProcess, model: Model) -> None:
    async def work() -> None:
        clients = [Client(await serving.chat(MODEL, BODY)) for _ in range(2)]
        with pytest.raises(Overloaded) as refused:
            await serving.chat(MODEL, BODY)
        assert (refused.value.status, refused.value.kind) == (503, "server_error")
        for client, answer in zip(clients, model.answers, strict=True):
            answer.parts.put(END)
            await client.served

    run(work)


def test_what_the_engine_refuses_is_refused_and_leaves_room(serving: InProcess) -> None:
    async def work() -> None:
        body = BODY | {"messages": [{"role": "user", "content": "too long"}]}
        for _ in range(5):
            with pytest.raises(BadRequest) as refused:
                await serving.chat(MODEL, body)
            assert refused.value.code == "context_length_exceeded"

    run(work)


def test_a_failure_in_the_middle_is_an_event_without_its_words(
    serving: InProcess, model: Model
) -> None:
    async def work() -> None:
        client = Client(await serving.chat(MODEL, STREAM))
        model.answers[0].parts.put(Delta("first"))
        model.answers[0].parts.put(RuntimeError("secret"))
        await client.served
        assert (
            json.loads(client.events[-2].removeprefix("data: "))["error"]["type"] == "server_error"
        )
        assert "secret" not in "".join(client.events)

    run(work)


def test_tools_and_formats_are_passed_to_the_engine(serving: InProcess, model: Model) -> None:
    tools = [{"type": "function", "function": {"name": "look", "parameters": {}}}]
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    call = {"id": "1", "type": "function", "function": {"name": "look", "arguments": "{}"}}

    async def work() -> None:
        body = BODY | {"tools": tools, "response_format": schema}
        client = Client(await serving.chat(MODEL, body))
        assert model.asked[0].tools == tuple(tools)
        assert model.asked[0].response_format == schema
        model.answers[0].parts.put(End("tool_calls", 3, 2, tool_calls=(call,)))
        await client.served
        choice = json.loads(client.events[0])["choices"][0]
        assert choice["message"]["tool_calls"] == [call]
        assert choice["message"]["content"] is None

    run(work)


@pytest.mark.parametrize("form", ["float", "base64"])
def test_vectors_are_sent_as_numbers_or_packed(serving: InProcess, form: str) -> None:
    async def work() -> None:
        body = {"model": "house", "input": ["a", "b"], "encoding_format": form}
        found = json.loads(bytes((await serving.embed(MODEL, body)).body))
        vector = found["data"][1]["embedding"]
        if form == "base64":
            vector = list(struct.unpack("<2f", base64.b64decode(vector)))
        assert vector == pytest.approx([0.6, 0.8])
        assert found["usage"] == {"prompt_tokens": 5, "total_tokens": 5}

    run(work)


@pytest.mark.parametrize("more", [{"dimensions": 2}, {"input": [1, 2]}])
def test_vectors_of_tokens_or_of_other_lengths_are_refused(
    serving: InProcess, more: dict[str, Any]
) -> None:
    async def work() -> None:
        with pytest.raises(BadRequest) as refused:
            await serving.embed(MODEL, {"model": "house", "input": "a"} | more)
        assert refused.value.code == "unsupported_parameter"

    run(work)


def test_a_place_is_given_back_when_no_thread_can_be_had(
    serving: InProcess, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def fail(thread: threading.Thread) -> None:
        if thread.name == "answers":
            raise RuntimeError("can't start new thread")
        start(thread)

    async def work() -> None:
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", fail)
            for _ in range(3):
                with pytest.raises(RuntimeError):
                    await serving.chat(MODEL, BODY)
        assert all(answer.closed for answer in model.answers)
        client = Client(await serving.chat(MODEL, BODY))
        model.answers[-1].parts.put(END)
        await client.served

    run(work)


def test_waiting_for_a_model_to_be_read_takes_no_thread_from_others(
    model: Model, tmp_path: Path
) -> None:
    may_read = threading.Event()

    class Engine:
        def load(self, path: Path) -> Model:
            assert may_read.wait(30)
            return model

    (tmp_path / MODEL.folder).mkdir(parents=True)
    loaded = LoadedModels(Engine(), Storage(str(tmp_path), tmp_path / "cache"))  # type: ignore[arg-type]

    async def work() -> None:
        serving = InProcess(loaded)
        asked = [asyncio.ensure_future(serving.chat(MODEL, BODY)) for _ in range(60)]
        await asyncio.sleep(0)  # all of them wait now
        await asyncio.wait_for(run_in_threadpool(lambda: None), 20)
        may_read.set()
        for response in asked:
            Client(await response).leave()

    run(work)
