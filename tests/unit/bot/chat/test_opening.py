"""Nothing is posted before it is noted that an answer was begun, though the model is asked by then."""

import asyncio
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import pytest

from bot.chat.asking import Asking, Wish
from bot.chat.opening import opening
from bot.chat.timing import Stopwatch
from bot.domain.conversation import Content, Delta, Reply, TurnState
from finetune import Message
from tests.factories import turn

pytestmark = pytest.mark.anyio
ASKED = turn()


class Store:
    """Notes that an answer was begun when it is let."""

    def __init__(self, said: bool | Exception = True) -> None:
        self.said, self.let, self.begun = said, asyncio.Event(), False

    async def start(self, _turn: object) -> bool:
        await self.let.wait()
        if isinstance(self.said, Exception):
            raise self.said
        self.begun = self.said
        return self.said

    async def stopped(self, _turns: object) -> list[object]:
        return []

    async def posted(self, _turn: object, _ts: str) -> None: ...


class Surface:
    """What was posted, and whether that was noted as begun."""

    def __init__(self, store: Store) -> None:
        self.store, self.posted = store, list[tuple[str, bool]]()

    async def open(self, *_args: object, **_more: object) -> "Surface":
        return self

    async def append(self, text: str) -> str:
        self.posted.append((text, self.store.begun))
        return "1.5"


class Model:
    """Lets the store go on once it has said its first word, some while later."""

    def __init__(self, store: Store) -> None:
        self.store, self.writes = store, False

    async def stream(self, *_args: object) -> AsyncGenerator[Delta, None]:
        self.writes = True
        try:
            yield Delta(text="Tea")
            for _ in range(50):
                await asyncio.sleep(0)
            self.store.let.set()
            yield Delta(text=" helps.")
            yield Delta(finish_reason="stop")
        finally:
            self.writes = False


async def ask(store: Store, surface: Surface, model: Model) -> Reply | None:
    nothing, turns, line, writer = None, store, surface, model  # as far as they are asked here
    made: Any = SimpleNamespace(nothing=nothing, turns=turns, surface=line, model=writer)
    asking = Asking(
        made.turns, made.surface, made.model, made.nothing, made.nothing, made.nothing, 9
    )
    question = (Message(role="user", content=ASKED.text),)
    async with opening(made.surface, made.turns, ASKED, TurnState()) as show:
        content = Content(text=ASKED.text)
        return await asking._once(
            Wish(ASKED, "base", ""), "base", question, content, show, Stopwatch()
        )


async def test_the_first_word_waits_until_it_is_noted() -> None:
    store = Store()
    surface = Surface(store)
    reply = await ask(store, surface, Model(store))
    assert reply is not None and reply.content == "Tea helps."
    assert surface.posted and all(begun for _, begun in surface.posted)


async def test_nothing_is_posted_of_what_was_changed_or_forgotten_meanwhile() -> None:
    store = Store(said=False)
    surface, model = Surface(store), Model(store)
    assert await ask(store, surface, model) is None
    assert not surface.posted and not model.writes


async def test_where_it_can_not_be_noted_nothing_is_posted() -> None:
    store = Store(said=ConnectionError("away"))
    surface, model = Surface(store), Model(store)
    with pytest.raises(ConnectionError):
        await ask(store, surface, model)
    assert not surface.posted and not model.writes


async def test_who_fails_first_leaves_nothing_running() -> None:
    store, surface = Store(said=ConnectionError("away")), Surface(Store())
    made: Any = SimpleNamespace(turns=store, surface=surface)
    with pytest.raises(KeyError):
        async with opening(made.surface, made.turns, ASKED, TurnState()) as show:
            store.let.set()
            raise KeyError
    assert show.noting is not None and show.noting.done()
