"""What the database program tells the others once it is up: written by `database.py`, read by `play.py`."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Opened:
    """Where the database answers, and the model that was promoted last, if any was."""

    url: str
    champion: str | None

    def write(self, file: Path) -> None:
        """Replace `file` in one step, which is the sign that the database is ready."""
        part = file.with_suffix(".part")
        part.write_text(json.dumps(asdict(self)))
        part.replace(file)

    @classmethod
    def read(cls, file: Path) -> "Opened":
        """What `write` wrote."""
        return cls(**json.loads(file.read_text()))
