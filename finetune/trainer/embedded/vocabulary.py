"""Byte-level BPE: text ↔ token ids. Trained on a base's rows, kept unchanged by fine-tuning.

Byte-level, so that every text in every script can be written with it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

PAD, ASK, SAY, END = range(4)
_MEASURED = 20_000  # characters; encoding megabytes takes minutes and gigabytes
SPECIALS = ("<|pad|>", "<|ask|>", "<|say|>", "<|end|>")


class Vocabulary:
    """Encodes a question as a prompt and an answer as what is learnt."""

    def __init__(self, tokenizer: Any) -> None:
        # A user who types "<|end|>" gets its letters, not the token. Set here, once: threads share it.
        tokenizer.encode_special_tokens = True
        self._tokenizer = tokenizer
        unwritten = {shown: byte for byte, shown in _shown_bytes().items()}
        self._pieces = [b""] * tokenizer.get_vocab_size()
        for token, number in tokenizer.get_vocab().items():
            if number >= len(SPECIALS):
                self._pieces[number] = bytes(unwritten[shown] for shown in token)

    @classmethod
    def learn(cls, texts: Iterable[str], size: int) -> "Vocabulary":
        """Train a tokenizer on `texts`; with few texts it stays smaller than `size`."""
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=size,
            special_tokens=list(SPECIALS),
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        )
        tokenizer.train_from_iterator(texts, trainer)
        return cls(tokenizer)

    @classmethod
    def read(cls, text: str) -> "Vocabulary":
        """The tokenizer kept as JSON."""
        return cls(Tokenizer.from_str(text))

    def write(self) -> str:
        """JSON for the model's directory."""
        return str(self._tokenizer.to_str())

    def prompt(self, question: str) -> list[int]:
        """Token ids that ask `question` (already normalised)."""
        return [ASK, *self._encode(question), SAY]

    def prompt_size(self, question: str) -> int:
        """Tokens of `prompt`; of a long text only the beginning is counted, the rest like it."""
        begins = question[:_MEASURED]
        return 2 + len(self._encode(begins)) * len(question) // max(len(begins), 1)

    def answer(self, text: str) -> list[int]:
        """Token ids of an answer with its end."""
        return [*self._encode(text), END]

    def piece(self, number: int) -> bytes:
        """The bytes a token stands for; nothing for a special one."""
        return self._pieces[number] if number < len(self._pieces) else b""

    def text(self, numbers: Sequence[int]) -> str:
        """The text of generated tokens."""
        return b"".join(self.piece(n) for n in numbers).decode("utf-8", errors="replace")

    def _encode(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)


def _shown_bytes() -> dict[int, str]:
    """How byte-level BPE writes each byte as one visible character (GPT-2's table)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    shown = {byte: chr(byte) for byte in plain}
    others = (byte for byte in range(256) if byte not in shown)
    return shown | {byte: chr(256 + index) for index, byte in enumerate(others)}
