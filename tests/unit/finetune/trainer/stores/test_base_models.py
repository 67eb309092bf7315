"""Base models of the engine peft: how they are named, and how they come and go with the settings."""

from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.trainer.home import Home
from finetune.trainer.peft_engine.base import read_base
from finetune.trainer.peft_engine.engine import PeftEngine
from finetune.trainer.stores.base_models import BaseModel, parse_base_models, register_base_models
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.model_store import ModelStore
from finetune.trainer.stores.storage import Storage

HUB = "Qwen/Qwen3-4B-Instruct-2507"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    folder = tmp_path / "house"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    return folder


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    home = Home.under(tmp_path)
    return Storage(str(home.root), home.cache)


@pytest.fixture
def models(tmp_path: Path, storage: Storage) -> ModelStore:
    return ModelStore(Database(Home.under(tmp_path).database), storage, PeftEngine())


def names(models: ModelStore) -> set[str]:
    return {model.model_id for model in models.list("anybody")}


def test_a_name_is_the_last_part_unless_one_is_given(house: Path) -> None:
    assert parse_base_models((HUB, f"ours={house}", str(house), "gpt2")) == (
        BaseModel("Qwen3-4B-Instruct-2507", HUB),
        BaseModel("ours", str(house)),
        BaseModel("house", str(house)),
        BaseModel("gpt2", "gpt2"),
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (("/nowhere/model",), "no such folder"),
        (("./nowhere",), "no such folder"),
        (("a/b/c",), "no such folder"),
        (("",), "no such folder"),
        ((f"a:b={HUB}",), "the name 'a:b'"),
        ((f"={HUB}",), "the name ''"),
        ((HUB, HUB), "two base models are called"),
    ],
)
def test_what_can_be_no_base_model_is_refused_in_one_line(
    given: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(InputError, match=reason) as refused:
        parse_base_models(given)
    assert "\n" not in str(refused.value)


def test_a_folder_without_a_configuration_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no config\.json"):
        parse_base_models((str(tmp_path),))


def test_registering_again_changes_nothing(models: ModelStore, storage: Storage) -> None:
    for _ in range(2):
        register_base_models(models, storage, [BaseModel("four", HUB)])
    (model,) = models.list("anybody")
    assert (model.model_id, model.owner) == ("four", None)
    assert read_base(storage.folder(model.folder)).source == HUB


def test_a_base_model_no_longer_named_disappears_and_trained_ones_stay(
    models: ModelStore, storage: Storage
) -> None:
    models.add("pretrained", None, "models/pretrained", "digest")
    register_base_models(models, storage, [BaseModel("four", HUB), BaseModel("eight", HUB)])
    assert names(models) == {"pretrained", "four", "eight"}
    register_base_models(models, storage, [BaseModel("eight", HUB)])
    assert names(models) == {"pretrained", "eight"}


def test_another_source_under_the_same_name_takes_its_place(
    models: ModelStore, storage: Storage, house: Path
) -> None:
    register_base_models(models, storage, [BaseModel("base", HUB)])
    register_base_models(models, storage, [BaseModel("base", str(house))])
    assert read_base(storage.folder(models.list("anybody")[0].folder)).source == str(house)


def test_the_name_of_a_model_trained_here_is_taken(models: ModelStore, storage: Storage) -> None:
    models.add("four", None, "models/four", "digest")
    with pytest.raises(InputError, match="four was trained here"):
        register_base_models(models, storage, [BaseModel("four", HUB)])
