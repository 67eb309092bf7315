"""Which examples an address means: the words of a `Query`, as the dataset's screen has them too."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, NamedTuple
from urllib.parse import urlencode

from fastapi import Query as InQuery
from fastapi import Request

from finetune import Query, Source, Status, Suspicion

LONGEST = 200  # characters
DAY = r"^(\d{4}-\d{2}-\d{2})?$"


class Asked(NamedTuple):
    """A query, and its words for forms and addresses."""

    query: Query
    words: dict[str, str]

    @property
    def address(self) -> str:
        """As the end of an address."""
        return urlencode(self.words)


def asked(
    request: Request,
    text: Annotated[str, InQuery(max_length=LONGEST)] = "",
    status: Annotated[Literal["", "pending", "approved", "rejected"] | None, InQuery()] = None,
    source: Annotated[Literal["", "thumbs_up", "correction", "import", "distill"], InQuery()] = "",
    author: Annotated[str, InQuery(max_length=LONGEST)] = "",
    channel: Annotated[str, InQuery(max_length=LONGEST)] = "",
    since: Annotated[str, InQuery(pattern=DAY)] = "",
    until: Annotated[str, InQuery(pattern=DAY)] = "",
    flag: Annotated[str, InQuery(max_length=LONGEST)] = "",
) -> Asked:
    """What is taught, unless the address names a status; an empty one means all."""
    status = Status.APPROVED.value if status is None else status
    flags = {each.value: each for each in Suspicion}
    query = Query(
        text=text,
        status=Status(status) if status else None,
        source=Source(source) if source else None,
        author=author,
        channel=channel,
        since=_start(since),
        until=_end(until),
        flag=flags.get(flag),
        flagged=flag == "any" or "flagged" in request.query_params,
        order="oldest",
    )
    words = {"text": text, "source": source, "author": author, "channel": channel}
    words |= {"since": since, "until": until, "flag": flag}
    return Asked(query, {"status": status} | {name: word for name, word in words.items() if word})


def only(query: Query, source: Source) -> Query:
    """Of the same examples those of one source."""
    return replace(query, source=source)


def _start(day: str) -> float | None:
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() if day else None
    except ValueError:
        return None


def _end(day: str) -> float | None:
    """The day itself belongs to it."""
    start = _start(day)
    return None if start is None else start + timedelta(days=1).total_seconds()
