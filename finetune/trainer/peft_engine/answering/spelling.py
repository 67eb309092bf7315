"""Tokens become text: never half a character, nothing of a stop string, and each token's bytes.

A tokenizer decodes a token differently by what stands before it, so a short window of tokens is
decoded anew at each step and what is new is its difference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from finetune.trainer.engine import Delta, Token
from finetune.trainer.peft_engine.answering.drawing import Drawn

_HALF = "\ufffd"


class Alphabet:
    """The bytes behind each token of a tokenizer."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._added = {str(text) for text in tokenizer.get_added_vocab()}
        decoder = getattr(getattr(tokenizer, "backend_tokenizer", None), "decoder", None)
        self._bytes = _byte_letters() if "ByteLevel" in repr(decoder) else {}

    def text(self, ids: Sequence[int]) -> str:
        """What the tokens say."""
        said: str = self._tokenizer.decode(ids, skip_special_tokens=True)
        return said

    def piece(self, token_id: int) -> bytes:
        """What one token stands for."""
        token = self._tokenizer.convert_ids_to_tokens(token_id) or ""
        if token in self._added:
            return token.encode()
        if self._bytes:
            return bytes(self._bytes.get(letter, ord("?")) for letter in token)
        if len(token) == 6 and token.startswith("<0x") and token.endswith(">"):
            return bytes([int(token[3:5], 16)])
        return token.replace("▁", " ").encode()


@dataclass
class Spelling:
    """The text of one answer as it grows."""

    alphabet: Alphabet
    stops: tuple[str, ...] = ()
    logprobs: bool = False
    stopped: bool = False
    _ids: list[int] = field(default_factory=list)
    _from: int = 0  # where the window begins
    _read: int = 0  # tokens whose text is known
    _text: str = ""  # known, and not yet given
    _given: int = 0  # characters
    _tokens: list[tuple[int, Token]] = field(default_factory=list)  # with where each one ends
    _kept: list[Token] = field(default_factory=list)  # given, and without a text of their own yet

    def add(self, drawn: Drawn) -> Iterator[Delta]:
        """The next token; what can be said because of it."""
        self._ids.append(drawn.token_id)
        before = self.alphabet.text(self._ids[self._from : self._read])
        now = self.alphabet.text(self._ids[self._from :])
        if not now.endswith(_HALF):
            self._text += now[len(before) :]
            self._from, self._read = self._read, len(self._ids)
        if self.logprobs:
            self._tokens.append((self._given + len(self._text), self._token(drawn)))
        yield from self._give(self._sayable())

    def finish(self) -> Iterator[Delta]:
        """What was held back, when no more tokens come."""
        if not self.stopped:
            before = self.alphabet.text(self._ids[self._from : self._read])
            self._text += self.alphabet.text(self._ids[self._from :])[len(before) :]
            self._from = self._read = len(self._ids)
            yield from self._give(len(self._text), last=True)

    def _sayable(self) -> int:
        """How many characters can be no part of a stop string."""
        found = [place for stop in self.stops if (place := self._text.find(stop)) >= 0]
        if found:
            self.stopped = True
            return min(found)
        held = 0
        for stop in self.stops:
            for size in range(min(len(stop) - 1, len(self._text)), held, -1):
                if self._text.endswith(stop[:size]):
                    held = size
                    break
        return len(self._text) - held

    def _give(self, size: int, *, last: bool = False) -> Iterator[Delta]:
        text, self._text = self._text[:size], self._text[size:]
        self._given += len(text)
        whole = [token for end, token in self._tokens if end <= self._given or last]
        self._tokens = self._tokens[len(whole) :]
        if text:
            yield Delta(text, tuple(self._kept) + tuple(whole))
            self._kept = []
        else:
            self._kept = [*self._kept, *whole]

    def _token(self, drawn: Drawn) -> Token:
        piece = self.alphabet.piece
        others = tuple((piece(token_id), logprob) for token_id, logprob in drawn.alternatives)
        return Token(piece(drawn.token_id), drawn.logprob, others)


def _byte_letters() -> dict[str, int]:
    """The letters in which byte-level BPE writes bytes: printable ones themselves, others from 256."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = {chr(byte): byte for byte in printable}
    return letters | {chr(256 + place): byte for place, byte in enumerate(others)}
