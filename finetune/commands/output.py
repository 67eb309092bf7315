"""What a command says: its result on stdout, everything else on stderr.

With `--json` the result is one JSON document, and stdout holds nothing else.
"""

import json
import sys
from dataclasses import dataclass, field

from rich.console import Console


@dataclass(frozen=True)
class Output:
    """Where results and remarks go."""

    as_json: bool
    console: Console = field(default_factory=Console)
    remarks: Console = field(default_factory=lambda: Console(stderr=True))

    def result(self, document: object, *lines: str) -> None:
        """The document for programs, or the lines for people."""
        if self.as_json:
            text = json.dumps(document, ensure_ascii=False)
            if text != _sayable(text, sys.stdout.encoding):  # half a character, or no UTF-8
                text = json.dumps(document)
            sys.stdout.write(text + "\n")
            return
        for line in lines:
            self._say(self.console, line)

    def remark(self, line: str) -> None:
        """One line beside the result."""
        self._say(self.remarks, line)

    @staticmethod
    def _say(console: Console, line: str) -> None:
        said = _sayable(line, console.encoding)
        console.print(said, markup=False, highlight=False, soft_wrap=True)


def _sayable(text: str, encoding: str | None) -> str:
    """With a question mark for whatever cannot be written here."""
    name = encoding or "utf-8"
    return text.encode(name, "replace").decode(name)
