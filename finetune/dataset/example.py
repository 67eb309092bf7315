"""A training example and the words around it. Frozen values: the next state is derived."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode
EDITED = "edited"  # the reason of a ruling by which other words were approved


class Frozen(BaseModel):
    """Base of all values that travel between modules and through Redis.

    What people said is in them, and errors are logged: so errors do not quote it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Message(Frozen):
    """One chat message in the OpenAI chat-completions format."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    name: str | None = None

    def wire(self) -> dict[str, str]:
        """The message as the API takes it; an absent name is left out."""
        return self.model_dump(exclude_none=True)


class Status(StrEnum):
    """Whether an example is trained on."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


class Source(StrEnum):
    """Where an example comes from."""

    THUMBS_UP = "thumbs_up"
    CORRECTION = "correction"
    IMPORT = "import"
    DISTILL = "distill"


BY_PEOPLE = frozenset({Source.THUMBS_UP, Source.CORRECTION})


class Suspicion(StrEnum):
    """What about an example a curator should look at before it is taught."""

    INVISIBLE = "invisible"  # characters that nobody sees: zero width, bidirectional, tags
    CONTROL = "control"  # control characters, escape sequences of a terminal
    ENCODED = "encoded"  # base64 or hexadecimal digits that hold a text, or very many of them
    INSTRUCTION = "instruction"  # orders to a model, marks of a chat template
    LOOKALIKE = "lookalike"  # letters of two alphabets within one word
    LINK = "link"  # a correction leads where neither question nor reply did
    LENGTH = "length"  # very long, or very much longer than what it corrects
    REPEATED = "repeated"  # one person puts the same phrase under many questions
    OVER_CAP = "over_cap"  # more than one person, or one question, may add without a look


class Flag(Frozen):
    """One suspicion: which text it is in, and what was found, made visible and short."""

    suspicion: Suspicion
    where: Literal["question", "answer", "note"] = "answer"
    found: str = ""


class Vote(Frozen):
    """One submission behind an example: who taught it, how, and whether it was trusted at once."""

    example_id: str
    source: Source
    status: Status
    reason: str = ""
    rejected: str | None = None
    thread: str
    reply_id: str | None = None
    authors: tuple[str, ...] = ()
    approved_by: str | None = None
    edited_by: str | None = None
    fault: str | None = None
    note: str | None = None
    flags: tuple[Flag, ...] = ()
    by_curator: bool = False
    at: float


class Ruling(Frozen):
    """What a curator decided about an example; it outweighs how the example came in."""

    approved: bool
    by: str
    reason: str = ""
    at: float


class Example(Frozen):
    """One row to learn: `messages` ends in the assistant content; a correction keeps `rejected`.

    `thread` decides the side of the split; `reason` says in a few words why the status is what it
    is; times are seconds since the epoch. `votes` and `ruling` are kept by the dataset: status,
    source, authors and reason of a stored example follow from them.
    """

    example_id: str
    messages: tuple[Message, ...]
    rejected: str | None = None
    status: Status
    reason: str = ""
    source: Source
    thread: str
    reply_id: str | None = None
    authors: tuple[str, ...] = ()
    approved_by: str | None = None
    edited_by: str | None = None  # the curator whose wording this is
    fault: str | None = None  # what was wrong with the answer before, in a word of the corrector's
    note: str | None = None  # from the corrector to the curator; not trained on
    flags: tuple[Flag, ...] = ()  # why it is not approved without a curator's look
    by_curator: bool = False  # a curator was among those who gave it, then
    created_at: float
    updated_at: float
    votes: tuple[Vote, ...] = ()
    ruling: Ruling | None = None

    @model_validator(mode="after")
    def _ends_in_an_answer(self) -> Self:
        if len(self.messages) < 2 or self.messages[-1].role != "assistant":
            msg = "an example needs a question and ends in an assistant message"
            raise ValueError(msg)
        if not self.messages[-1].content.strip():
            msg = "the assistant message to learn is empty"
            raise ValueError(msg)
        return self

    @property
    def question(self) -> str:
        """The last user message before the answer (empty when there is none)."""
        for message in reversed(self.messages[:-1]):
            if message.role == "user":
                return message.content
        return ""

    @property
    def answer(self) -> str:
        """The assistant content to learn."""
        return self.messages[-1].content

    @property
    def given_at(self) -> float:
        """When the last vote was given, or the last one taken back, in seconds."""
        return max((vote.at for vote in self.votes), default=self.updated_at)

    @property
    def reworded(self) -> bool:
        """A curator put it into other words: another row is taught in its place."""
        return self.ruling is not None and not self.ruling.approved and self.ruling.reason == EDITED

    @property
    def voice(self) -> str | None:
        """Stands for the one person behind it; None where a curator, several people or nobody is.

        A hash, because what holds it outlives what people erase.
        """
        by_curator = bool(self.by_curator or self.edited_by)
        return voice_of(self.source, self.authors, by_curator=by_curator)

    @property
    def suspect(self) -> bool:
        """Whether what is taught was flagged. A note is not taught; a curator knows their own words."""
        by_curator = bool(self.by_curator or self.edited_by)
        return suspect_of([flag.where for flag in self.flags], by_curator=by_curator)

    @property
    def look(self) -> str:
        """Hash of what a curator looks at, to the letter: the messages and what was flagged."""
        flags = sorted(flag.model_dump_json() for flag in self.flags)
        return digest([[message.wire() for message in self.messages], flags])

    @property
    def prompt(self) -> tuple[Message, ...]:
        """Everything before the answer, as it is sent to a model."""
        return self.messages[:-1]

    @property
    def prompt_key(self) -> str:
        """Hash of the normalised conversation before the answer, without system messages."""
        return prompt_key(self.prompt)

    @property
    def content_key(self) -> str:
        """Hash of prompt and answer: two examples with the same key teach the same thing."""
        return digest([self.prompt_key, normalise(self.answer)])


def voice_of(source: Source, authors: Iterable[str], *, by_curator: bool) -> str | None:
    """`Example.voice`. `by_curator`: one gave it or edited it."""
    people = set(authors)
    if source not in BY_PEOPLE or by_curator:
        return None
    return digest(people.pop())[:8] if len(people) == 1 else None


def suspect_of(flagged: Iterable[str], *, by_curator: bool) -> bool:
    """`Example.suspect`. `flagged`: in which texts something was found."""
    return any(where != "note" for where in flagged) and not by_curator


def prompt_key(prompt: Iterable[Message]) -> str:
    """Hash of a normalised conversation, without system messages."""
    return digest([[m.role, normalise(m.content)] for m in prompt if m.role != "system"])


def normalise(text: str) -> str:
    """NFKC, case-folded, white space collapsed: what counts as the same text."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return " ".join(plain.casefold().split())


def digest(value: object) -> str:
    """First 32 hex digits of the SHA-256 of `value` as canonical JSON."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()[:32]
