"""Importing the toolkit costs little: heavy libraries come when they are needed."""

import subprocess
import sys

HEAVY = {"jax", "numpy", "openai", "redis", "tiktoken", "phonenumbers", "fastapi", "matplotlib"}


def test_importing_finetune_loads_no_heavy_library() -> None:
    program = "import finetune, sys; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert not HEAVY & set(out.stdout.split())


def test_showing_help_loads_no_provider_and_no_model_library() -> None:
    program = "import finetune.cli, sys; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert not {"jax", "numpy", "openai", "redis"} & set(out.stdout.split())
