"""Whether texts are mostly in capitals: by the old tool's rule, more than a third of the letters.

A stop text such as ` END` at the end does not count.
"""

import re
from collections.abc import Sequence

from finetune.prepare.separators import without_mark

_CAPITALS = bytes(range(65, 91))
_SMALL = bytes(range(97, 123))
# Letters of scripts with two cases, outside ASCII.
_CASED = re.compile(
    "[\xc0-\u058f\u10a0-\u10ff\u13a0-\u13ff\u1c80-\u1fff\u2c00-\u2dff\uff21-\uff5a]+"
)
SAMPLED = 1 << 16  # letters of a batch, at least; so many tell enough
SHARE_OF_TEXT = 0.3  # with fewer cased letters the text is Japanese, numbers or code with acronyms


class Letters:
    """Counts capitals and small letters over all texts."""

    def __init__(self) -> None:
        self._capitals = self._small = self._all = 0

    def add(self, texts: Sequence[str]) -> None:
        """Count more texts."""
        step = 1 + sum(map(len, texts)) // SAMPLED
        joined = "".join(map(without_mark, texts[::step]))
        raw = joined.encode("utf-8", "surrogatepass")
        self._capitals += step * (len(raw) - len(raw.translate(None, _CAPITALS)))
        self._small += step * (len(raw) - len(raw.translate(None, _SMALL)))
        self._all += step * len(joined)
        if len(raw) != len(joined):
            for run in _CASED.findall(joined):
                self._capitals += step * sum(map(str.isupper, run))
                self._small += step * sum(map(str.islower, run))

    @property
    def mostly_capitals(self) -> bool:
        """More than a third of the cased letters, in texts that are written with such letters."""
        cased = self._capitals + self._small
        return self._capitals * 2 > self._small and cased > SHARE_OF_TEXT * self._all
