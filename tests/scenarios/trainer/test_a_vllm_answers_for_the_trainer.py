"""The engine peft with a vLLM: models are loaded into it by their own names, its answers pass untouched.

The vLLM is a stub over real HTTP that behaves as vLLM's documents say (`tests/fakes/vllm_program.py`).
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openai
import pytest

from finetune.trainer.home import Home
from finetune.trainer.peft_engine.engine import PeftEngine
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.model_store import ModelStore
from finetune.trainer.stores.storage import Storage
from finetune.trainer.wire.keys import owner_of
from tests.scenarios.trainer.running_trainer import KEY, OTHER_KEY, Trainer, ask, running, until

VLLM_KEY = "key-of-the-model-server"
TUNED = "ft:house:ours::1"
STUB = (sys.executable, "-m", "tests.fakes.vllm_program")


@dataclass
class Upstream:
    """A stub vLLM and how to look at it."""

    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def told(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/stub", timeout=10) as answer:
            return json.loads(answer.read())  # type: ignore[no-any-return]

    def is_up(self) -> bool:
        with contextlib.suppress(OSError):
            return bool(self.told())
        return False

    def asked(self, path: str) -> list[dict[str, Any]]:
        return [one for one in self.told()["asked"] if one["path"] == path]

    def start(self, model: str, name: str) -> None:
        options = ("--host", "127.0.0.1", "--port", str(self.port), "--enable-lora")
        own = {"VLLM_API_KEY": VLLM_KEY, "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "1"}
        command = [*STUB, "serve", model, "--served-model-name", name, *options]
        self.process = subprocess.Popen(command, env=dict(os.environ) | own)
        until(self.is_up, 30)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What looks like a base model from outside."""
    folder = tmp_path_factory.mktemp("models") / "house"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory, house: Path) -> Path:
    """Where a job has left its adapter."""
    data_dir = tmp_path_factory.mktemp("data")
    make_adapter(data_dir, TUNED, "models/ftjob-1", house)
    return data_dir


def make_adapter(data_dir: Path, model: str, folder: str, house: Path) -> None:
    home = Home.under(data_dir)
    storage = Storage(str(home.root), home.cache)
    storage.write(f"{folder}/adapter_config.json", b"{}")
    storage.write(f"{folder}/base.json", json.dumps({"source": str(house)}).encode())
    database = Database(home.database)
    ModelStore(database, storage, PeftEngine()).add(model, owner_of(KEY), folder, "ftjob-1")
    database.close()


@pytest.fixture(scope="module")
def upstream(house: Path) -> Iterator[Upstream]:
    stub = Upstream(free_port())
    stub.start(str(house), "their-house")
    yield stub
    stub.stop()


@pytest.fixture(scope="module")
def trainer(data_dir: Path, house: Path, upstream: Upstream) -> Iterator[Trainer]:
    variables = {"TRAINER_VLLM_URL": f"{upstream.url}/v1", "TRAINER_VLLM_API_KEY": VLLM_KEY}
    with running(data_dir, "--engine", "peft", "--model", str(house), **variables) as server:
        yield server


@pytest.fixture
def client(trainer: Trainer) -> openai.OpenAI:
    return trainer.client()


def test_a_base_model_answers_by_our_name_for_it(
    client: openai.OpenAI, upstream: Upstream, house: Path
) -> None:
    assert [model.id for model in client.models.list()] == [TUNED, "house"]
    answer = client.chat.completions.create(
        model="house", messages=[{"role": "user", "content": "Who?"}], extra_body={"min_p": 0.1}
    )
    assert (answer.model, answer.choices[0].message.content) == (
        "house",
        f"their-house from {house}",
    )
    sent = upstream.asked("/v1/chat/completions")[-1]
    assert sent["body"]["model"] == "their-house"
    assert sent["body"]["min_p"] == 0.1


def test_an_adapter_is_loaded_when_first_asked_and_only_once(
    client: openai.OpenAI, upstream: Upstream, data_dir: Path
) -> None:
    folder = data_dir / "trainer" / "models" / "ftjob-1"
    for _ in range(2):
        assert ask(client, TUNED, "Who?") == f"{TUNED} from {folder}"
    loads = upstream.asked("/v1/load_lora_adapter")
    assert [one["body"] for one in loads] == [{"lora_name": TUNED, "lora_path": str(folder)}]


def test_our_keys_are_never_sent_on(client: openai.OpenAI, upstream: Upstream) -> None:
    ask(client, TUNED, "Who?")
    sent = json.dumps(upstream.told()["asked"])
    assert KEY not in sent
    assert VLLM_KEY in sent


def raw(trainer: Trainer, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
    request = urllib.request.Request(
        trainer.url + path,
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def asked_of(model: str, question: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": question}], **more}


def test_a_stream_passes_byte_by_byte(trainer: Trainer, upstream: Upstream) -> None:
    status, got = raw(trainer, "/chat/completions", asked_of(TUNED, "Hi", stream=True))
    request = urllib.request.Request(
        f"{upstream.url}/v1/chat/completions",
        json.dumps(asked_of(TUNED, "Hi", stream=True)).encode(),
        {"Authorization": f"Bearer {VLLM_KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert (status, got) == (200, answer.read())


def test_only_the_models_name_is_changed_in_a_base_models_stream(trainer: Trainer) -> None:
    _, got = raw(trainer, "/chat/completions", asked_of("house", "Hi", stream=True))
    chunks = [json.loads(line[6:]) for line in got.splitlines() if line.startswith(b"data: {")]
    assert {chunk["model"] for chunk in chunks} == {"house"}
    assert chunks[1]["choices"][0]["delta"]["content"] == '1 "model":"their-house" 火 '
    assert got.endswith(b"data: [DONE]\n\n")


def test_a_client_that_goes_away_ends_the_work(client: openai.OpenAI, upstream: Upstream) -> None:
    messages: Any = [{"role": "user", "content": "wait"}]
    stream = client.chat.completions.create(model=TUNED, messages=messages, stream=True)
    next(iter(stream))
    assert upstream.told()["under_way"] == 1
    stream.close()
    until(lambda: upstream.told()["under_way"] == 0, 20)


def test_what_vllm_refuses_is_told_in_openais_shape(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="maximum context length") as refused:
        ask(client, TUNED, "too long")
    assert refused.value.type == "invalid_request_error"
    assert refused.value.code is None


@pytest.mark.parametrize("model", ["their-house", "ft:house:ours::2", "/etc"])
def test_a_name_that_only_vllm_knows_is_no_model_here(client: openai.OpenAI, model: str) -> None:
    with pytest.raises(openai.NotFoundError):
        ask(client, model, "Who?")


def test_a_neighbour_cannot_ask_our_adapter(trainer: Trainer) -> None:
    with pytest.raises(openai.NotFoundError):
        ask(trainer.client(OTHER_KEY), TUNED, "Who?")


@pytest.mark.parametrize("path", ["/load_lora_adapter", "/unload_lora_adapter"])
def test_vllms_own_routes_are_not_reached_through_us(
    trainer: Trainer, upstream: Upstream, path: str
) -> None:
    before = len(upstream.told()["asked"])
    status, _ = raw(trainer, path, {"lora_name": "evil", "lora_path": "/etc"})
    assert status == 404
    assert len(upstream.told()["asked"]) == before


def test_a_vllm_that_was_started_anew_gets_its_adapters_again(
    client: openai.OpenAI, upstream: Upstream, house: Path
) -> None:
    said = ask(client, TUNED, "Who?")
    upstream.stop()
    with pytest.raises(openai.InternalServerError, match="does not answer") as refused:
        ask(client, TUNED, "Who?")
    assert refused.value.status_code == 503
    upstream.start(str(house), "their-house")
    assert ask(client, TUNED, "Who?") == said


def test_a_stream_that_vllm_breaks_off_ends_with_an_error(
    client: openai.OpenAI, upstream: Upstream, house: Path
) -> None:
    messages: Any = [{"role": "user", "content": "die"}]
    stream = client.chat.completions.create(model=TUNED, messages=messages, stream=True)
    with pytest.raises(openai.APIError, match="does not answer"):
        list(stream)
    upstream.stop()
    upstream.start(str(house), "their-house")


def test_a_new_version_under_an_old_name_is_loaded_from_its_own_folder(
    client: openai.OpenAI, data_dir: Path, house: Path
) -> None:
    ask(client, TUNED, "Who?")
    make_adapter(data_dir, TUNED, "models/ftjob-2", house)
    assert ask(client, TUNED, "Who?") == f"{TUNED} from {data_dir / 'trainer/models/ftjob-2'}"
    make_adapter(data_dir, TUNED, "models/ftjob-1", house)


def test_a_deleted_model_is_unloaded(
    client: openai.OpenAI, upstream: Upstream, data_dir: Path, house: Path
) -> None:
    make_adapter(data_dir, "ft:house:ours::gone", "models/ftjob-gone", house)
    ask(client, "ft:house:ours::gone", "Who?")
    assert "ft:house:ours::gone" in upstream.told()["adapters"]
    client.models.delete("ft:house:ours::gone")
    assert "ft:house:ours::gone" not in upstream.told()["adapters"]


def test_a_vllm_of_our_own_is_started_again_when_it_ends_and_ends_with_us(
    data_dir: Path, house: Path, tmp_path: Path
) -> None:
    data_dir = tmp_path
    make_adapter(data_dir, TUNED, "models/ftjob-1", house)
    command = f"{sys.executable} -m tests.fakes.vllm_program"
    variables = {"TRAINER_VLLM_COMMAND": command, "PYTHONPATH": str(Path.cwd())}
    with running(data_dir, "--engine", "peft", "--model", str(house), **variables) as server:
        client = server.client()

        def answers() -> bool:
            with contextlib.suppress(openai.InternalServerError):
                return ask(client, TUNED, "Who?") is not None
            return False

        until(answers, 60)
        first = _pid_of(server)
        os.kill(first, signal.SIGKILL)
        until(lambda: _pid_of(server) not in {0, first}, 60)
        until(answers, 60)
        second = _pid_of(server)
    until(lambda: not Path(f"/proc/{second}").exists(), 30)


def _pid_of(server: Trainer) -> int:
    """The stub below the trainer."""
    import psutil

    for process in psutil.Process(server.process.pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            line = process.cmdline()
            if (
                "tests.fakes.vllm_program" in line
                and "finetune.trainer.serving.tethered" not in line
            ):
                return process.pid
    return 0
