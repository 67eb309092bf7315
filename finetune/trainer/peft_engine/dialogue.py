"""Which tokens of a conversation are the assistant's: the only ones that are learnt.

The chat template itself is asked: rendered up to an answer with the generation prompt, and once
more with the answer, the difference is what the model has to say, its end token included. Where a
template writes earlier answers otherwise than the last one (reasoning models drop their thoughts),
each answer becomes a row of its own, just as it will be asked for. No marks in the template are
needed, so any model's works; what cannot be told apart is refused.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finetune.trainer.engine import Conversation, TaughtMessage, UnusableRows

Document = Mapping[str, Any]


@dataclass(frozen=True)
class TokenRow:
    """Token ids of one row and which of them are learnt."""

    ids: tuple[int, ...]
    learnt: tuple[bool, ...]

    @property
    def labels(self) -> list[int]:
        """The ids with -100, which the loss leaves out, at what is not learnt."""
        return [i if mine else -100 for i, mine in zip(self.ids, self.learnt, strict=True)]


@dataclass(frozen=True)
class _Span:
    """Characters [start, end) of `text` are an answer; `text` is the dialogue up to its end."""

    text: str
    start: int
    end: int


class Dialogues:
    """The template of one tokenizer. Raises UnusableRows for what it refuses, without a line."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._special = tuple(special_tokens(tokenizer))

    def rows(self, conversation: Conversation) -> list[TokenRow]:
        """The conversation as token rows: one, or one for each answer; none without an answer."""
        documents = [_document(message) for message in conversation]
        spans = list(self._answers(conversation, documents))
        if not spans:
            return []
        whole = self._render(documents, conversation.tools)
        if all(whole.startswith(span.text[: span.end]) for span in spans):
            return [self._tokens(whole[: spans[-1].end], spans)]
        return [self._tokens(span.text[: span.end], [span]) for span in spans]

    def answer(self, prompt: Conversation, answer: TaughtMessage) -> TokenRow:
        """The prompt and one answer to it, of which only the answer is learnt."""
        documents = [_document(message) for message in (*prompt, answer)]
        span = self._answer(documents, prompt.tools)
        return self._tokens(span.text[: span.end], [span])

    def stops(self, row: TokenRow, ends: Sequence[int]) -> bool:
        """Whether the model learns to stop: one of the ids `ends` is in what is learnt."""
        return any(mine and i in ends for i, mine in zip(row.ids, row.learnt, strict=True))

    def _answers(
        self, conversation: Conversation, documents: Sequence[Document]
    ) -> Iterator[_Span]:
        for index, message in enumerate(conversation):
            if message.role == "assistant" and message.weight and index:
                yield self._answer(documents[: index + 1], conversation.tools)

    def _answer(self, documents: Sequence[Document], tools: Sequence[Document]) -> _Span:
        asked = self._render(documents[:-1], tools, asking=True)
        text = self._render(documents, tools)
        if tools and text == self._render(documents, ()):
            raise UnusableRows("the model's chat template has no place for tools.")
        if not text.startswith(asked) or text == asked:
            raise UnusableRows(
                "the model's chat template writes an answer otherwise than it asks for one, so "
                "the answer cannot be told from the prompt."
            )
        # Templates end a turn by its end token and a line break; nobody waits for the break.
        bare = text.rstrip()
        end = len(bare) if bare.endswith(self._special) else len(text)
        return _Span(text, len(asked), end)

    def _render(
        self, documents: Sequence[Document], tools: Sequence[Document], *, asking: bool = False
    ) -> str:
        try:
            text: str = self._tokenizer.apply_chat_template(
                list(documents),
                tools=list(tools) or None,
                add_generation_prompt=asking,
                tokenize=False,
            )
        except Exception as error:  # a template is a program of the model's maker
            said = str(error).strip().splitlines() or [type(error).__name__]
            raise UnusableRows(f"the model's chat template refuses it: {said[0][:200]}") from error
        return text

    def _tokens(self, text: str, spans: Sequence[_Span]) -> TokenRow:
        found = self._tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
        learnt = [
            any(_within(start, end, span) for span in spans)
            for start, end in found["offset_mapping"]
        ]
        if not any(learnt):
            raise UnusableRows("the model's chat template leaves nothing of the answer to learn.")
        return TokenRow(tuple(found["input_ids"]), tuple(learnt))


def special_tokens(tokenizer: Any) -> dict[str, int]:
    """Tokens that are no text, with their ids; a tokenizer names only some of them by their use."""
    added = tokenizer.added_tokens_decoder.items()
    named = zip(tokenizer.all_special_tokens, tokenizer.all_special_ids, strict=True)
    return {**{token.content: i for i, token in added if token.special}, **dict(named)}


def _within(start: int, end: int, span: _Span) -> bool:
    """A token that straddles the border is learnt: it holds the answer's first character."""
    return start < span.end and (end > span.start or (start == end and start >= span.start))


def _document(message: TaughtMessage) -> dict[str, Any]:
    """The message as templates want it: arguments of a call as an object, not as text."""
    document = message.document()
    for call in document.get("tool_calls", ()):
        function = dict(call["function"])
        with contextlib.suppress(ValueError, KeyError, TypeError):
            function["arguments"] = json.loads(function["arguments"])
        call["function"] = function
    return document
