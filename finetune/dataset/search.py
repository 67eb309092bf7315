"""What is asked of the searchable copy of a dataset, and what it answers.

The copy follows the dataset (`adapters/search_index`); it holds ids and what is searched by, and can
be thrown away at any time. The examples themselves are read by `Dataset.many`.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from finetune.dataset.agreement import People
from finetune.dataset.example import Example, Source, Status, Suspicion

WORDS = 12  # of one question that are looked for
_QUOTES = str.maketrans("“”„「」", '"""""')
_WORD = re.compile(r'"([^"]*)"|([^\s"]+)')


@dataclass(frozen=True)
class Query:
    """Which examples are meant; each field that is set narrows it further.

    `text`: every word must occur somewhere in the example's messages, rejected answer or note, in
    any case and width, also within a longer word; "in quotation marks" as one. `since` (inclusive)
    and `until` (exclusive): when it came in, in seconds since the epoch. `flagged`: has any flag.
    """

    text: str = ""
    status: Status | None = None
    source: Source | None = None
    author: str = ""
    channel: str = ""
    since: float | None = None
    until: float | None = None
    flag: Suspicion | None = None
    flagged: bool = False
    order: Literal["newest", "oldest"] = "newest"

    @property
    def words(self) -> tuple[str, ...]:
        """What must occur, folded as the texts are."""
        found = (
            folded(quoted or word) for quoted, word in _WORD.findall(self.text.translate(_QUOTES))
        )
        return tuple(dict.fromkeys(word for word in found if word))[:WORDS]


class Page(NamedTuple):
    """Some ids in the order asked for, of `total`."""

    ids: Sequence[str]
    total: int
    offset: int


@dataclass(frozen=True)
class Facets:
    """How many examples of a query there are of each kind; only kinds that occur."""

    total: int = 0
    status: Mapping[Status, int] = field(default_factory=dict)
    source: Mapping[Source, int] = field(default_factory=dict)
    author: Mapping[str, int] = field(default_factory=dict)
    channel: Mapping[str, int] = field(default_factory=dict)
    flag: Mapping[Suspicion, int] = field(default_factory=dict)


class Grown(NamedTuple):
    """Examples that came in on one day (UTC, YYYY-MM-DD) and have this status now."""

    day: str
    status: Status
    examples: int


class Overview(NamedTuple):
    """What there is of a query.

    `facets` disregards its status, so that one sees what another one would find; `sources` and
    `growth` do not. `growth` ascends by day.
    """

    page: Page
    facets: Facets
    sources: Mapping[Source, int]
    growth: Sequence[Grown]


class Near(NamedTuple):
    """Another example whose question is nearly the same; `ratio` is 1.0 for the same letters."""

    example_id: str
    ratio: float


class Progress(NamedTuple):
    """How far the copy is with following the dataset."""

    done: int
    total: int
    ready: bool


class SearchIndex(Protocol):
    """A searchable copy of one workspace's examples; every answer has what was written before.

    Every method raises StoreUnavailable when the dataset or the copy cannot be read, and waits while
    the copy is first made; ask `ready` to say so instead.
    """

    async def ready(self, within: float = 0.5) -> Progress:
        """Follow the dataset; not `ready` when that takes longer than `within` seconds.

        It is gone on with in the background.
        """
        ...

    async def find(self, query: Query, offset: int = 0, limit: int = 25) -> Page:
        """One page of ids."""
        ...

    async def ids(self, query: Query, limit: int | None = None) -> list[str]:
        """All ids, or the first `limit` of them."""
        ...

    async def counts(self, query: Query) -> Facets:
        """How many of each kind."""
        ...

    async def overview(self, query: Query, offset: int = 0, limit: int = 25) -> Overview:
        """One page, how many of each kind there are, and how they grew."""
        ...

    async def authors(self) -> dict[str, int]:
        """Everybody who has a part in an example, and in how many; most first."""
        ...

    async def people(self, live: Collection[tuple[str, str]] = ()) -> People:
        """Who taught what, who decided, and how far curators agree.

        `live`: (example id, content key) of what the snapshots of promoted runs hold.
        """
        ...

    async def near(self, example_id: str, limit: int = 5) -> list[Near]:
        """Others that ask nearly the same, nearest first."""
        ...

    async def forget(self, within: float) -> None:
        """Keep nothing here of what was erased from the dataset; makes no copy where there is none.

        It is gone on with in the background where it takes longer than `within` seconds.
        """
        ...

    async def remove(self) -> None:
        """Throw the copy away, as when its workspace is removed."""
        ...

    async def close(self) -> None:
        """Stop following in the background."""
        ...


def folded(text: str) -> str:
    """NFKC, case-folded, white space collapsed; NUL and lone surrogates, which no file takes, gone."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = text.encode(errors="replace").decode()
    return " ".join(text.casefold().replace("\0", " ").split())


def searched(example: Example) -> str:
    """All that is looked through for words: what people and models said, not the system prompt."""
    said = [message.content for message in example.messages if message.role != "system"]
    return "\n".join(folded(part) for part in (*said, example.rejected or "", example.note or ""))


def channel_of(example: Example) -> str:
    """Where it was said in Slack; empty for what comes from elsewhere."""
    return example.thread.partition(":")[0] if example.reply_id is not None else ""
