"""What is looked for, as the address says it: it can be shared, and the back button leads there."""

from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from finetune import Query, Source, Status, Suspicion

PAGE = 25
FARTHEST = 10_000_000  # rows that one can leaf through
LONGEST = 200  # characters
DAY = r"^(\d{4}-\d{2}-\d{2})?$"


class Wanted(BaseModel):
    """The words of the address. `since` and `until` are days in UTC, both inclusive."""

    model_config = ConfigDict(frozen=True)

    text: str = Field("", max_length=LONGEST)
    status: Status | Literal[""] = ""
    source: Source | Literal[""] = ""
    author: str = Field("", max_length=LONGEST)
    channel: str = Field("", max_length=LONGEST)
    since: str = Field("", pattern=DAY)
    until: str = Field("", pattern=DAY)
    flag: Suspicion | Literal["", "any"] = ""
    order: Literal["newest", "oldest"] = "newest"
    offset: int = Field(0, ge=0, le=FARTHEST)

    @property
    def query(self) -> Query:
        """As the search understands it."""
        until = _start(self.until)
        return Query(
            text=self.text,
            status=self.status or None,
            source=self.source or None,
            author=self.author,
            channel=self.channel,
            since=_start(self.since),
            until=None if until is None else until + timedelta(days=1).total_seconds(),
            flag=self.flag if isinstance(self.flag, Suspicion) else None,
            flagged=self.flag == "any",
            order=self.order,
        )

    @property
    def filters(self) -> dict[str, str]:
        """What narrows the list."""
        values = self.model_dump(mode="json", exclude={"order", "offset"})
        return {name: value for name, value in values.items() if value}

    @property
    def folded(self) -> int:
        """How many of the filters stand behind the search box."""
        return len(self.filters.keys() - {"text", "status"})

    def address(self, **changes: object) -> str:
        """Of the list with these filters, but for these changes; from its beginning."""
        values = self.model_dump(mode="json", exclude={"offset"}) | changes
        if values["order"] == "newest":
            del values["order"]
        asked = urlencode({name: value for name, value in values.items() if value})
        return "/curate/dataset" + (f"?{asked}" if asked else "")

    @property
    def export(self) -> str:
        """The page that exports just this; without a status it would mean what is taught."""
        return "/curate/dataset/export?" + urlencode({"status": ""} | self.filters)


def _start(day: str) -> float | None:
    try:
        return datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp() if day else None
    except ValueError:  # 31 February
        return None
