"""How many GPUs this machine offers, told without importing torch: each is a slot for a job."""

import shutil
import subprocess
from pathlib import Path

from finetune.trainer.settings import visible_devices

_DRIVER = Path("/proc/driver/nvidia/gpus")


def gpus() -> tuple[str, ...]:
    """What CUDA_VISIBLE_DEVICES may be set to, one for each GPU; empty without any."""
    if (chosen := visible_devices()) is not None:
        return chosen
    if _DRIVER.is_dir():
        return tuple(str(index) for index, _ in enumerate(_DRIVER.iterdir()))
    return tuple(str(index) for index in range(_listed()))


def _listed() -> int:
    """Lines of `nvidia-smi -L`, one for each GPU; it also works where /proc shows none (WSL)."""
    command = shutil.which("nvidia-smi")
    if command is None:
        return 0
    try:
        said = subprocess.run(
            [command, "-L"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return sum(line.startswith("GPU ") for line in said.stdout.splitlines())
