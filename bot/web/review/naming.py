"""What the people beside examples are called."""

import asyncio
from collections.abc import Iterable

from bot.web.services import Services
from finetune import Example


async def named(services: Services, team: str, users: Iterable[str]) -> dict[str, str]:
    """Display names by id, asked for at once; an id where nobody tells."""
    asked = sorted({user for user in users if user})
    names = await asyncio.gather(*(services.desk.names.name(team, user) for user in asked))
    return dict(zip(asked, names, strict=True))


def people_of(examples: Iterable[Example]) -> set[str]:
    """Whoever wrote these or decided about them."""
    found = set[str]()
    for example in examples:
        found.update(example.authors)
        if example.ruling is not None:
            found.add(example.ruling.by)
    return found
