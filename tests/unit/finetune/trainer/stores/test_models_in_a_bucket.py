"""Models whose storage is not on this machine: what is served or trained is fetched whole."""

import secrets
from pathlib import Path
from typing import cast

import pytest

from finetune.trainer.engine import Engine, Outcome, Report, TrainingSpec
from finetune.trainer.home import Home
from finetune.trainer.jobs.order import Order
from finetune.trainer.peft_engine.base import Base, read_base, write_base
from finetune.trainer.pretraining import pretrain_once
from finetune.trainer.stores.files import new_directory
from finetune.trainer.stores.model_folder import model_folder
from finetune.trainer.stores.storage import Storage

LINE = '{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}\n'


@pytest.fixture
def url() -> str:
    """A storage in this process's memory."""
    return f"memory://{secrets.token_hex(6)}"


class Making:
    """An engine whose models are an empty configuration."""

    name, limits = "peft", ""

    def train(self, spec: TrainingSpec, _report: Report) -> Outcome:
        with new_directory(spec.out) as filling:
            (filling / "config.json").write_text("{}")
        return Outcome(1, 1, None, len(spec.rows))


def test_an_adapter_comes_with_the_base_it_stands_on(url: str, tmp_path: Path) -> None:
    here, there = Storage(url, tmp_path / "here"), Storage(url, tmp_path / "there")
    base = here.room("models/house")
    with new_directory(base) as filling:
        (filling / "config.json").write_text("{}")
    here.publish("models/house")
    with new_directory(here.room("models/ftjob-1")) as filling:
        (filling / "adapter_config.json").write_text("{}")
        write_base(filling, Base(base, str(base)), base.parent)
    here.publish("models/ftjob-1")
    served = read_base(model_folder(there, "models/ftjob-1"))
    assert served.source == str(tmp_path / "there" / "models" / "house")
    trained = Storage(url, tmp_path / "trained")
    ordered = Order("ftjob-2", "peft", "models/ftjob-1", 0).base_in(trained)
    assert read_base(ordered).source == str(tmp_path / "trained" / "models" / "house")


def test_a_pretrained_model_is_where_the_server_looks(url: str, tmp_path: Path) -> None:
    home, storage = Home.under(tmp_path), Storage(url, tmp_path / "cache")
    (tmp_path / "rows.jsonl").write_text(LINE * 10)
    engine = cast(Engine, Making())
    done = pretrain_once(home, engine, tmp_path / "rows.jsonl", "house", lambda _: None, storage)
    assert done.trained
    (name,) = storage.names("models")
    assert (Storage(url, tmp_path / "there").folder(f"models/{name}") / "config.json").exists()
