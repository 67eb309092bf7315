"""A model's repository may bring Python code; none of it runs here, whoever answers a question."""

import json
from pathlib import Path

import pytest

from finetune.trainer.engine import EngineRefusal
from finetune.trainer.peft_engine.engine import PeftEngine
from tests.lora.small_llama import Told, spec


@pytest.fixture
def bringing_code(tmp_path: Path) -> Path:
    """A model of a kind that only its own code knows."""
    folder = tmp_path / "brings-code"
    folder.mkdir()
    names = {"AutoConfig": "own.OwnConfig", "AutoModelForCausalLM": "own.OwnModel"}
    config = {"model_type": "of-its-own", "auto_map": names}
    (folder / "config.json").write_text(json.dumps(config))
    code = f"from pathlib import Path\nPath({str(tmp_path / 'it-ran')!r}).touch()\n"
    code += "from transformers import PretrainedConfig as OwnConfig\n"
    (folder / "own.py").write_text(code)
    return folder


def test_code_of_a_model_is_refused_even_if_somebody_says_yes(
    bringing_code: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builtins.input", lambda *_: "y")
    with pytest.raises(EngineRefusal, match="cannot be read"):
        PeftEngine().train(spec(bringing_code, tmp_path / "m"), Told())
    assert not (tmp_path / "it-ran").exists()
