"""One trainer's engine per folder: models of one engine are nothing to the other."""

from pathlib import Path

from bot.demo.errors import DemoError
from bot.demo.options import Engine


def keep_engine(file: Path, engine: Engine) -> None:
    """Note in `file` with which engine the demo's folder was begun. Raises DemoError for another."""
    try:
        kept = file.read_text(encoding="utf-8").strip() if file.exists() else _begun(file)
        if kept and kept != engine:
            raise DemoError(
                f"{file.parent} holds a demo of the engine {kept}: choose another --data-dir"
            )
        file.write_text(f"{engine}\n", encoding="utf-8")
    except OSError as error:
        raise DemoError(f"cannot write {file} ({error.strerror}): choose --data-dir") from None


def _begun(file: Path) -> str:
    """Before there was a choice, every demo had the embedded one."""
    return "embedded" if (file.parent / "trainer").exists() else ""
