"""The variables of the machine that the demo hands on to its programs: never settings of the bot.

The only reader of the environment in `bot/demo`. What the user has set up for a real bot (tokens,
keys, a `.env` file) does not reach the demo's programs.
"""

import os
import sys

from pydantic_settings import BaseSettings, SettingsConfigDict


class Machine(BaseSettings):
    """Where programs, the home and temporary files are, and whether there is a screen."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    path: str = os.defpath
    home: str | None = None
    tmpdir: str | None = None
    lang: str | None = None
    ld_library_path: str | None = None
    display: str | None = None
    wayland_display: str | None = None

    def environment(self) -> dict[str, str]:
        """What every program of the demo starts with."""
        named = {name.upper(): value for name, value in self if isinstance(value, str)}
        # Numeric libraries with two threads on two busy cores are ten times slower than with one.
        return {**named, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}

    @property
    def has_display(self) -> bool:
        """Whether opening a browser can work."""
        return sys.platform == "darwin" or bool(self.display or self.wayland_display)
