"""Nobody has to think of a key: the first start makes one, and says where it is but not what."""

from pathlib import Path

import openai
import pytest

from tests.scenarios.trainer import running_trainer
from tests.scenarios.trainer.running_trainer import environment, running


def test_the_first_line_names_the_file_whose_key_opens_the_trainer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {k: v for k, v in environment().items() if k != "TRAINER_API_KEYS"}
    monkeypatch.setattr(running_trainer, "environment", lambda: kept)
    with running(tmp_path) as trainer:
        file = tmp_path / "trainer" / "key"
        key = file.read_text().strip()
        said = (tmp_path / "server.log").read_text()
        assert said.startswith(f"Trainer at {trainer.url} · page ")
        assert said.strip().endswith(f"key in {file}")
        assert key not in said
        assert trainer.client(key).models.list().data == []
        with pytest.raises(openai.AuthenticationError):
            trainer.client("another").models.list()
