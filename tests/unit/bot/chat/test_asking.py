"""What Slack does not take, no model goes on writing."""

import asyncio
from collections.abc import AsyncGenerator
from types import SimpleNamespace
from typing import Any

import pytest

from bot.chat.asking import Asking, Wish
from bot.chat.opening import Opening
from bot.chat.timing import Stopwatch
from bot.domain.conversation import Content, Delta, TurnState
from bot.errors import SurfaceRefused
from finetune import Message
from tests.factories import turn

pytestmark = pytest.mark.anyio


class Endless:
    """A model that writes until it is told to stop."""

    def __init__(self) -> None:
        self.writing = False

    async def stream(self, *_args: object) -> AsyncGenerator[Delta, None]:
        self.writing = True
        try:
            while True:
                yield Delta(text="word ")
                await asyncio.sleep(0)
        finally:
            self.writing = False


async def refuses(_text: str) -> None:
    raise SurfaceRefused("is_archived")


async def unseen(_turn: object, _stage: object) -> None:
    """A status line that nobody looks at."""


async def never(_turns: object) -> list[object]:
    return []


async def test_a_stream_is_closed_at_once_where_the_answer_can_not_be_shown() -> None:
    model = Endless()
    nothing: Any = None
    turns: Any = SimpleNamespace(stopped=never)
    surface: Any = SimpleNamespace(status=unseen)
    asking = Asking(turns, surface, model, nothing, nothing, nothing, 1000)
    live = SimpleNamespace(append=refuses)
    asked = turn()
    show: Any = Opening(surface, asked, TurnState())
    show.live = live
    messages = (Message(role="user", content=asked.text),)
    with pytest.raises(SurfaceRefused):
        await asking._once(
            Wish(asked, "base", ""), "base", messages, Content(text=asked.text), show, Stopwatch()
        )
    assert not model.writing
