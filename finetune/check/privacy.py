"""Secrets and personal data in the examples: a quick look first, `redact` only where it may pay."""

import re
from collections.abc import Sequence

from finetune.dataset.redact import redact

MOST_LOOKED_AT = 2_000  # texts that `redact` reads; it takes a fraction of a millisecond for each
# What every key, address and login that `redact` knows has in it.
_MARKS = (
    *("@", "\uff20", "_", "sk-", "AKIA", "ASIA", "AIza", "ya29.", "glpat-", "xox", "xapp-"),
    *("pypi-", "SG.", "eyJ", "hooks.slack", "PRIVATE KEY", "earer ", "assw", "ASSW", "assphrase"),
    *("パスワード", "暗証番号", "シークレット", "トークン", "APIキー"),
)
_NUMBER = re.compile(r"[0-9][0-9\-() .]{7,}[0-9]")  # of a phone or a card
_WIDE_NUMBER = re.compile("[\uff10-\uff19][^a-z]{7,}[\uff10-\uff19]")
_SECRET = re.compile(r"(?i)(?:secret|api[ _-]?key|token)[\"'`]?\s{0,4}[:=]")
_SECRETS = ("ecret", "ECRET", "oken", "OKEN", "ey:", "ey =", "EY=", "EY:", "ey=", "EY :")


class Privacy:
    """Looks at texts until it has read enough of the doubtful ones."""

    def __init__(self) -> None:
        self.looked_at = 0

    def found(self, texts: Sequence[str]) -> list[int]:
        """The places of the texts that hold something to take out."""
        everything = "\n\n".join(texts)  # what is nowhere need not be looked for in each
        marks = [mark for mark in _MARKS if mark in everything]
        secrets = [mark for mark in _SECRETS if mark in everything]
        numbers = [one for one in (_NUMBER, *self._wide(everything)) if one.search(everything)]
        if not marks and not secrets and not numbers:
            return []
        return [
            place
            for place, text in enumerate(texts)
            if (
                any([mark in text for mark in marks])  # noqa: C419 - faster than a generator here
                or any([one.search(text) for one in numbers])  # noqa: C419
                or (any([mark in text for mark in secrets]) and _SECRET.search(text))  # noqa: C419
            )
            and self._is_found(text)
        ]

    @staticmethod
    def _wide(everything: str) -> list[re.Pattern[str]]:
        return [] if everything.isascii() else [_WIDE_NUMBER]

    def _is_found(self, text: str) -> bool:
        if self.looked_at >= MOST_LOOKED_AT:
            return False
        self.looked_at += 1
        return redact(text) != text
