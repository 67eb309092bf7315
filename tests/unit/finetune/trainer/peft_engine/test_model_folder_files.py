"""What the files in a model's folder say: its base, and what it was taught."""

import json
import shutil
from pathlib import Path

import pytest

from finetune.trainer.engine import Conversation, EngineRefusal, TaughtMessage
from finetune.trainer.peft_engine.base import Base, read_base, write_base
from finetune.trainer.peft_engine.rehearsal import kept_of, read_taught, write_taught


def _said(question: str, answer: str) -> Conversation:
    return Conversation(
        (
            TaughtMessage(role="user", content=question),
            TaughtMessage(role="assistant", content=answer, weight=1),
        ),
        [{"type": "function"}],
    )


def test_a_base_may_be_named_with_its_revision(tmp_path: Path) -> None:
    (tmp_path / "base.json").write_text('{"source": "house/llama", "revision": "abc"}')
    base = read_base(tmp_path)
    assert (base.source, base.revision, base.adapter) == ("house/llama", "abc", None)
    assert base.pinned == {"revision": "abc"}


def test_a_folder_of_transformers_is_its_own_base(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert read_base(tmp_path) == Base(tmp_path, str(tmp_path))


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineRefusal, match="is no model"):
        read_base(tmp_path)


def test_an_adapter_finds_its_base_after_the_storage_was_moved(tmp_path: Path) -> None:
    models = tmp_path / "storage" / "models"
    (models / "house").mkdir(parents=True)
    (models / "house" / "config.json").write_text("{}")
    checkpoint = tmp_path / "storage" / "jobs" / "ftjob-1" / "checkpoints" / "checkpoint-4"
    for adapter in (models / "ftjob-1", checkpoint):
        adapter.mkdir(parents=True)
        (adapter / "adapter_config.json").write_text("{}")
        write_base(adapter, Base(models / "house", str(models / "house")), models)
    shutil.move(tmp_path / "storage", tmp_path / "moved")
    moved = tmp_path / "moved" / "models"
    assert read_base(moved / "ftjob-1").source == str(moved / "house")
    at = tmp_path / "moved" / checkpoint.relative_to(tmp_path / "storage")
    assert read_base(at) == Base(at, str(moved / "house"), None, at)


def test_a_base_elsewhere_is_named_by_its_path_alone(tmp_path: Path) -> None:
    write_base(tmp_path, Base(tmp_path, "/models/llama", "abc"), tmp_path / "models")
    said = json.loads((tmp_path / "base.json").read_text())
    assert said == {"source": "/models/llama", "revision": "abc"}


def test_rows_that_were_taught_are_read_as_they_were_kept(tmp_path: Path) -> None:
    rows = (_said("Where?", "Here.\u2028There."), _said("Wann?", "Später."))
    write_taught(tmp_path, rows)
    found = read_taught(tmp_path)
    assert found == rows
    assert found[0].tools == ({"type": "function"},)


def test_a_stale_answer_is_not_rehearsed() -> None:
    known = (_said("Where?", "Here."), _said("When?", "Now."))
    assert kept_of(known, [_said("where? ", "There.")]) == (known[1],)
