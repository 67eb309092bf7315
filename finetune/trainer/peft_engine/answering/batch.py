"""Answers under way that share each step of the model: one row each, padded on the left.

A row is read alone, so its prompt is never padded, and then joins the others. Rows come and go
between two tokens. Models whose memory is not plain attention keep a batch for each row.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.nn.functional import pad
from transformers.cache_utils import DynamicLayer

from finetune.trainer.peft_engine.answering.drawing import Dice, Drawn

Forward = Callable[..., Any]


@dataclass(eq=False)
class Row:
    """One answer: what was asked, and what has been drawn and not yet been taken."""

    prompt: Sequence[int]
    limit: int
    ends: frozenset[int]
    dice: Dice
    adapter: str | None = None
    drawn: deque[Drawn] = field(default_factory=deque)
    count: int = 0
    over: bool = False
    failure: Exception | None = None

    def take_in(self, drawn: Drawn) -> None:
        """The next token; an end token or the limit ends the row."""
        self.drawn.append(drawn)
        self.count += 1
        self.over = drawn.token_id in self.ends or self.count >= self.limit


class Batch:
    """Rows that were read, the model's memory of them, and each one's last token."""

    def __init__(self, forward: Forward, row: Row, device: Any) -> None:
        self.rows = [row]
        self._forward = forward
        self.mask = torch.ones((1, len(row.prompt)), dtype=torch.long, device=device)
        prompt = torch.tensor([list(row.prompt)], device=device)
        said = forward([row.adapter], input_ids=prompt, past_key_values=None)
        self.memory = said.past_key_values
        self.last = self._draw(said.logits)

    @property
    def can_join(self) -> bool:
        """Whether the model's memory is plain attention, which can be padded and cut."""
        return all(type(layer) is DynamicLayer for layer in self.memory.layers)

    def step(self) -> None:
        """One more token for every row."""
        self.mask = torch.cat([self.mask, torch.ones_like(self.mask[:, :1])], -1)
        places = {}
        if len(self.rows) > 1 or not bool(self.mask[:, 0].all()):
            places = {
                "attention_mask": self.mask,
                "position_ids": self.mask.sum(-1, keepdim=True) - 1,
            }
        adapters = [row.adapter for row in self.rows]
        memory = {"past_key_values": self.memory}
        said = self._forward(adapters, input_ids=self.last, **memory, **places)
        self.last = self._draw(said.logits)

    def join(self, other: "Batch") -> None:
        """Take the rows of `other` in; both must be able to."""
        width = max(self.mask.shape[1], other.mask.shape[1])
        mine, theirs = width - self.mask.shape[1], width - other.mask.shape[1]
        for layer, more in zip(self.memory.layers, other.memory.layers, strict=True):
            layer.keys = torch.cat([_wider(layer.keys, mine), _wider(more.keys, theirs)])
            layer.values = torch.cat([_wider(layer.values, mine), _wider(more.values, theirs)])
        self.mask = torch.cat([pad(self.mask, (mine, 0)), pad(other.mask, (theirs, 0))])
        self.last = torch.cat([self.last, other.last])
        self.rows += other.rows

    def leave(self, gone: Callable[[Row], bool]) -> None:
        """Forget the rows that are `gone`, and the padding nobody needs any more."""
        stay = [place for place, row in enumerate(self.rows) if not gone(row)]
        if len(stay) == len(self.rows):
            return
        self.rows = [self.rows[place] for place in stay]
        if not stay:
            return
        self.mask, self.last = self.mask[stay], self.last[stay]
        first = int(self.mask.any(0).int().argmax())
        self.mask = self.mask[:, first:]
        for layer in self.memory.layers:
            layer.keys = layer.keys[stay][..., first:, :]
            layer.values = layer.values[stay][..., first:, :]

    def _draw(self, logits: Any) -> Any:
        logs = torch.log_softmax(logits[:, -1].float(), -1)
        for row, own in zip(self.rows, logs, strict=True):
            row.take_in(row.dice.draw(own))
        last = [[row.drawn[-1].token_id] for row in self.rows]
        return torch.tensor(last, device=logits.device)


def _wider(memory: Any, places: int) -> Any:
    return pad(memory, (0, 0, places, 0))
