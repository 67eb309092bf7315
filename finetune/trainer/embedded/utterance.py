"""Generated tokens becoming text that can be sent: whole characters, nothing behind a stop text.

Tokens come from `speech`, parts go to whoever reads the answer.
"""

import codecs
from collections.abc import Sequence

from finetune.trainer.engine import Delta, Token


class Utterance:
    """The text of one answer. What could still become a stop text is held back until it cannot."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = tuple(text for text in stop if text)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._held = ""
        self._tokens: list[Token] = []

    def add(self, token: Token) -> tuple[list[Delta], bool]:
        """What can be said now that `token` is known, and whether a stop text ended it."""
        self._tokens.append(token)
        self._held += self._decoder.decode(token.piece)
        cuts = [self._held.find(text) for text in self._stop if text in self._held]
        if cuts:
            return self._cut(min(cuts)), True
        if self._could_become_a_stop() or not self._held or self._decoder.getstate()[0]:
            return [], False
        return self._release(), False

    def finish(self) -> list[Delta]:
        """The rest, when nothing more comes; half a character is shown as its mark."""
        self._held += self._decoder.decode(b"", final=True)
        return self._release()

    def _release(self) -> list[Delta]:
        held, tokens = self._held, tuple(self._tokens)
        self._held, self._tokens = "", []
        return [Delta(held, tokens)] if held else []

    def _cut(self, at: int) -> list[Delta]:
        """Keep what stands before the stop text, and the tokens that were needed to say it."""
        self._held = self._held[:at]
        needed, size = [], 0
        for token in self._tokens:
            if size >= len(self._held.encode()):
                break
            needed.append(token)
            size += len(token.piece)
        self._tokens = needed
        self._decoder.reset()
        return self._release()

    def _could_become_a_stop(self) -> bool:
        held = self._held
        return any(
            held.endswith(text[:size])
            for text in self._stop
            for size in range(1, min(len(text), len(held) + 1))
        )
