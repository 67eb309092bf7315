"""Signed payloads with something wrong in them, one after another, to /slack/events."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from bot.sandbox.dispatcher import signature
from tests.fuzz.house import House
from tests.fuzz.mutations import mutated
from tests.fuzz.shapes import COMMAND, EVENT, Shape, shapes
from tests.scenarios.bot.conftest import SECRET

# Slack refused what a payload had the bot ask of it: who clicked is told so. Events must pass.
DECLARED = 503


@dataclass
class Outcome:
    """What came of the requests of one kind; `wrong` is whatever must not have been."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def note(self, name: str, status: int, text: str, sent: object) -> None:
        self.answers[name, status] += 1
        told = status == DECLARED and name.startswith(("click ", "menu ", "submit ", "/retrain"))
        if (status >= 500 and not told) or "Traceback" in text:
            self.wrong.append(f"{name}: {status} {text[:200]!r} for {str(sent)[:3000]}")


def fuzz_deliveries(
    house: House, requests: int, number: int, progress: Callable[[], object]
) -> Outcome:
    """As many requests, the same ones for the same seed number, but for their ids and times."""
    outcome, known = Outcome(), shapes(house.known)
    with httpx.Client(base_url=house.url, timeout=30) as http:

        @seed(number)
        @settings(
            max_examples=requests,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.sampled_from(known).flatmap(lambda shape: _sent(shape, house.hook)))
        def send(chosen: tuple[Shape, Any]) -> None:
            shape, payload = chosen
            body, kind = encoded(shape.kind, payload)
            headers = {"Content-Type": kind, **signature(SECRET, body)}
            try:
                answer = http.post("/slack/events", content=body.encode(), headers=headers)
                outcome.note(shape.name, answer.status_code, answer.text, payload)
            except httpx.HTTPError as error:
                outcome.note(shape.name, 599, repr(error), payload)
            progress()

        send()
    return outcome


def _sent(shape: Shape, hook: str) -> st.SearchStrategy[tuple[Shape, Any]]:
    payload = shape.build()
    if "response_url" in payload:
        payload["response_url"] = hook
    return mutated(payload).map(lambda payload: (shape, payload))


def encoded(kind: str, payload: Any) -> tuple[str, str]:
    """The body as Slack writes it, and its content type."""
    text = json.dumps(payload)
    if kind == EVENT:
        return text, "application/json"
    form = "application/x-www-form-urlencoded"
    if kind == COMMAND and isinstance(payload, dict):
        return urlencode({str(name): str(value) for name, value in payload.items()}), form
    return urlencode({"payload": text}), form
