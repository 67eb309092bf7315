"""Every answer of one base model, token by token. There is no thread of its own: whoever waits for a
token takes the step that gives one to everybody.
"""

import inspect
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import torch

from finetune.trainer.peft_engine.answering.batch import Batch, Row
from finetune.trainer.peft_engine.answering.drawing import Drawn

MOST_ROWS = 32  # that share a step; further ones wait for a place


class Decoder:
    """The weights of one base model with all their adapters."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._lock = threading.Lock()
        self._batches: list[Batch] = []
        self._waiting: deque[Row] = deque()
        self._unwanted: deque[str] = deque()
        self._adapters: dict[str, str] = {}
        self._count = 0
        accepted = inspect.signature(model.forward).parameters
        self._last_only = {"logits_to_keep": 1} if "logits_to_keep" in accepted else {}

    def add_adapter(self, folder: str) -> str:
        """Put an adapter beside the others; its name here."""
        from peft import PeftModel

        # Not in inference mode: tensors made there could not change places with others later.
        with self._lock, torch.no_grad():
            self._tidy()
            self._count += 1
            name = f"adapter-{self._count}"
            if not self._adapters:
                self._model = PeftModel.from_pretrained(self._model, folder, adapter_name=name)
            else:
                self._model.load_adapter(folder, adapter_name=name)
            self._model.eval()
            self._adapters[name] = folder
        return name

    def drop_adapter(self, name: str) -> None:
        """Free it before the next token; may be called by the garbage collector at any place."""
        self._unwanted.append(name)

    @property
    def adapters(self) -> Sequence[str]:
        """The folders of the adapters in memory."""
        with self._lock:
            self._tidy()
            return list(self._adapters.values())

    def start(self, row: Row) -> None:
        """Take a row in; it is read when somebody next waits for a token."""
        self._waiting.append(row)

    def next(self, row: Row) -> Drawn | None:
        """The row's next token, or None at its end."""
        while True:
            with self._lock:
                if row.drawn:
                    return row.drawn.popleft()
                if row.failure is not None:
                    raise row.failure
                if row.over:
                    return None
                self._step()

    def leave(self, row: Row) -> None:
        """Nobody wants the rest of it."""
        row.over = True
        with suppress(ValueError):
            self._waiting.remove(row)

    def vectors(self, adapter: str | None, ids: Any, mask: Any) -> Any:
        """The last hidden states of right-padded texts."""
        with self._lock, torch.inference_mode():
            self._tidy()
            said = self._forward(
                [adapter] * len(ids),
                input_ids=ids,
                attention_mask=mask,
                output_hidden_states=True,
                use_cache=False,
            )
            return said.hidden_states[-1]

    def _step(self) -> None:
        """Read one waiting row, and give every row a token. A failure is that of all its batch."""
        self._tidy()
        with torch.inference_mode():
            self._admit()
            for batch in self._batches:
                batch.leave(lambda row: row.over)
                if batch.rows:
                    with _blamed(batch.rows):
                        batch.step()
        self._batches = [
            batch for batch in self._batches if any(not row.over for row in batch.rows)
        ]

    def _admit(self) -> None:
        if not self._waiting or sum(len(batch.rows) for batch in self._batches) >= MOST_ROWS:
            return
        row = self._waiting.popleft()
        with _blamed([row]):
            fresh = Batch(self._forward, row, self._model.device)
            for batch in self._batches:
                if fresh.can_join and batch.can_join:
                    batch.join(fresh)
                    return
            self._batches.append(fresh)

    def _forward(self, adapters: Sequence[str | None], **inputs: Any) -> Any:
        """One pass; each row has its own adapter."""
        names = [adapter or "__base__" for adapter in adapters]
        mixed: dict[str, Any] = {}
        if self._adapters:
            if len(set(names)) > 1 or names[0] == "__base__":
                mixed = {"adapter_names": names}
            elif self._model.active_adapters != [names[0]]:
                self._model.set_adapter(names[0])
        return self._model(**{"use_cache": True} | self._last_only | inputs | mixed)

    def _tidy(self) -> None:
        """Free the adapters nobody wants any more."""
        while self._unwanted:
            name = self._unwanted.popleft()
            if self._adapters.pop(name, None) is None:
                continue
            if self._adapters:
                self._model.delete_adapter(name)
            else:
                self._model = self._model.unload()


@contextmanager
def _blamed(rows: Sequence[Row]) -> Iterator[None]:
    """What goes wrong inside ends these rows, so that nobody waits for them for ever."""
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again where a row is waited for
        for row in rows:
            row.failure, row.over = error, True
