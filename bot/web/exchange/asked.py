"""Which examples an address means: in the words of the dataset's screen, which leads here."""

from dataclasses import replace
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import Query as InQuery
from fastapi import Request

from bot.web.dataset.asking import Wanted
from finetune import Query, Source, Status


class Asked(NamedTuple):
    """A query, and its words for forms and addresses."""

    query: Query
    words: dict[str, str]

    @property
    def address(self) -> str:
        """As the end of an address."""
        return urlencode(self.words)


def asked(request: Request, wanted: Annotated[Wanted, InQuery()]) -> Asked:
    """What is taught, unless the address names a status; an empty one means all."""
    if "status" not in request.query_params:
        wanted = wanted.model_copy(update={"status": Status.APPROVED})
    query = replace(wanted.query, order="oldest")
    return Asked(query, {"status": wanted.status} | wanted.filters)


def only(query: Query, source: Source) -> Query:
    """Of the same examples those of one source."""
    return replace(query, source=source)
