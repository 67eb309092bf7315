"""One thread decodes all answers of a model together; new ones are taken in at every token.

Speeches come from the threads of the server, tokens go back through them. The thread ends when
nobody is asking, and its memory with it.
"""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from finetune.trainer.embedded.decode import Decoder, Floats
from finetune.trainer.embedded.seats import SEATS, Seats
from finetune.trainer.embedded.speech import AGAIN, DONE, Speech

log = structlog.get_logger(__name__)


@dataclass
class _Seated:
    """A speech in its seat. `first`: log-probabilities behind the prompt; `token`: said last."""

    speech: Speech
    seat: int
    first: Floats
    position: int
    token: int = 0


class Batching:
    """Answers speeches; any thread may bring one."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._lock = threading.Lock()
        self._waiting: deque[Speech] = deque()
        self._running = False

    def answer(self, speech: Speech) -> None:
        """Take it in; what it says comes through `speech.parts`."""
        with self._lock:
            if not self._running:  # may fail, and then the speech is not taken in
                threading.Thread(target=self._run, name="decoding", daemon=True).start()
                self._running = True
            self._waiting.append(speech)

    def _run(self) -> None:
        try:
            self._decode(Seats(self._decoder))
        except Exception as error:  # such as too little memory for seats
            log.exception("decoding_failed")
            with self._lock:
                self._running = False
                while self._waiting:
                    self._waiting.popleft().parts.put(error)

    def _decode(self, seats: Seats) -> None:
        seated: list[_Seated] = []
        while True:
            with self._lock:
                free = set(range(SEATS)) - {one.seat for one in seated}
                coming = [
                    self._waiting.popleft() for _ in range(min(len(free), len(self._waiting)))
                ]
                if not coming and not seated:
                    self._running = False
                    return
            arrived = dict(zip(sorted(free), coming, strict=False))
            seated += _take_in(seats, arrived)
            seated = _go_on(seats, [one for one in seated if not one.speech.given_up])


def _take_in(seats: Seats, arrived: Mapping[int, Speech]) -> list[_Seated]:
    """Read the prompts and choose the first tokens; those that have more to say."""
    wanted = {seat: speech for seat, speech in arrived.items() if not speech.given_up}
    try:
        first = seats.read({seat: speech.question.prompt for seat, speech in wanted.items()})
        seated = [
            _Seated(speech, seat, first[seat], len(speech.question.prompt) - 1)
            for seat, speech in wanted.items()
        ]
    except Exception as error:  # nobody may wait for a part that never comes
        log.exception("answers_failed", answers=len(wanted))
        for speech in wanted.values():
            speech.parts.put(error)
        return []
    return [one for one in seated if _say(one, one.first)]


def _go_on(seats: Seats, seated: list[_Seated]) -> list[_Seated]:
    """One token for each; those that are not done."""
    if not seated:
        return []
    try:
        logs = seats.step(
            [one.seat for one in seated],
            [one.token for one in seated],
            [one.position for one in seated],
        )
    except Exception as error:
        log.exception("answers_failed", answers=len(seated))
        for one in seated:
            one.speech.parts.put(error)
        return []
    return [one for one, row in zip(seated, logs, strict=True) if _say(one, row)]


def _say(one: _Seated, logs: Floats) -> bool:
    """Let the speech choose; whether it goes on. One that fails is told so, and no other."""
    try:
        return _choose(one, logs)
    except Exception as error:
        log.exception("answer_failed")
        one.speech.parts.put(error)
        return False


def _choose(one: _Seated, logs: Floats) -> bool:
    token = one.speech.next(logs)
    if token == AGAIN:
        one.position = len(one.speech.question.prompt) - 1
        token = one.speech.next(one.first)
    if token == DONE:
        return False
    one.token = token
    one.position += 1
    return True
