"""What a person may choose about one `bot demo`. Made by the command line, read by `play.py`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PAGE_PORT = 3000
Engine = Literal["embedded", "peft"]


@dataclass(frozen=True)
class Options:
    """`port` None: 3000 for a page that a person opens, any free port for a tour nobody watches; 0: any.

    A tour played again in the same `data_dir` goes on from what the model has learnt there: it takes
    the next prepared correction, and when the model knows them all, it changes one fact again.
    `engine` is the trainer's: what one has learnt is nothing to the other.
    """

    data_dir: Path = Path("data/demo")
    port: int | None = None
    headless: bool = False
    json: bool = False
    open_browser: bool = True
    engine: Engine = "embedded"
