"""A server that only answers needs no library that trains."""

import subprocess
import sys

HEAVY = ("jax", "optax", "torch", "transformers", "peft", "ray")


def test_the_server_and_the_embedded_engine_import_nothing_that_trains() -> None:
    program = (
        "import sys; import finetune.trainer.app; from finetune.trainer.engines import engine_named;"
        f"engine_named('embedded'); print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
