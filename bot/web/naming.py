"""What people and channels are called on the screens."""

import asyncio
from collections.abc import Iterable

from bot.web.services import Services
from finetune import Example


async def named(services: Services, team: str, users: Iterable[str]) -> dict[str, str]:
    """Display names by id, in this order, asked for at once; an id where nobody tells."""
    asked = [user for user in dict.fromkeys(users) if user]
    names = await asyncio.gather(*(services.desk.names.name(team, user) for user in asked))
    return dict(zip(asked, names, strict=True))


async def channels_named(services: Services, team: str, ids: Iterable[str]) -> dict[str, str]:
    """By id, as `named`: what each is called where everybody may know that, else its id."""
    asked = [each for each in dict.fromkeys(ids) if each]
    places = await asyncio.gather(*(services.places.place(team, each) for each in asked))
    return {each: place or each for each, place in zip(asked, places, strict=True)}


def people_of(examples: Iterable[Example]) -> set[str]:
    """Whoever wrote these or decided about them."""
    found = set[str]()
    for example in examples:
        found.update(example.authors)
        if example.ruling is not None:
            found.add(example.ruling.by)
    return found
