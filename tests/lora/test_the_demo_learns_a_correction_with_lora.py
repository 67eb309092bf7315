"""`bot demo --headless --engine peft`: the whole loop, with torch and a real adapter."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.demo import handbook
from bot.demo.settings import Machine


@pytest.mark.timeout(400)
def test_the_demo_learns_a_correction_with_lora(tmp_path: Path) -> None:
    """It asks, corrects, trains an adapter and asks again; what else it knew, it still knows."""
    command = [sys.executable, "-m", "bot", "demo", "--headless", "--json", "--engine", "peft"]
    ended = subprocess.run(
        [*command, "--data-dir", str(tmp_path / "data")],
        cwd=tmp_path,
        env=Machine().environment() | {"OPENAI_API_KEY": "sk-none"},
        capture_output=True,
        text=True,
        timeout=380,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    document = json.loads(ended.stdout)
    taught = handbook.corrections()[0]
    assert document["answer_before"] == taught.old
    assert document["answer_after"] == taught.new
    assert document["promoted"] is True
    assert document["others_kept"] >= 0.95
    models = tmp_path / "data" / "trainer" / "models" / document["job"]["id"]
    assert json.loads((models / "adapter_config.json").read_bytes())["peft_type"] == "LORA"
