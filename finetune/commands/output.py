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
            sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
            return
        for line in lines:
            self.console.print(line, markup=False, highlight=False, soft_wrap=True)

    def remark(self, line: str) -> None:
        """One line beside the result."""
        self.remarks.print(line, markup=False, highlight=False, soft_wrap=True)
