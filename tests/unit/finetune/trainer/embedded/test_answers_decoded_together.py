"""Answers decoded together: each the very same as alone; seats are freed; a failure is told."""

import threading
from collections.abc import Sequence

import numpy as np
import psutil
import pytest

from finetune.trainer.embedded.batching import Batching
from finetune.trainer.embedded.decode import Decoder
from finetune.trainer.embedded.drawing import Dice
from finetune.trainer.embedded.seats import SEATS, Seats
from finetune.trainer.embedded.shape import Shape
from finetune.trainer.embedded.speech import AGAIN, DONE, Question, Speech
from finetune.trainer.embedded.vocabulary import Vocabulary
from finetune.trainer.engine import End, Sampling

SHAPE = Shape(vocabulary=300, width=32, heads=2, hidden=48, context=256)
VOCABULARY = Vocabulary.learn(["tea or milk?"], SHAPE.vocabulary)


class Talk(Speech):
    """Draws a fixed number of tokens, starts again once, and notes every bit it was given."""

    def __init__(self, prompt: Sequence[int], length: int, seed: int) -> None:
        question = Question(prompt, 99, Sampling(temperature=1.0, seed=seed))
        super().__init__(question, VOCABULARY, 0.0, "no")
        self.logs: list[bytes] = []
        self.said: list[int] = []
        self.first = threading.Event()
        self._length = length
        self._own_dice = Dice(question.sampling)

    def next(self, logs: np.ndarray) -> int:
        self.logs.append(logs.tobytes())
        self.first.set()
        if len(self.logs) == self._length // 2:
            self.said.clear()
            return AGAIN
        if len(self.said) == self._length:
            self.parts.put(End("stop", 0, 0))
            return DONE
        self.said.append(self._own_dice.draw(logs, {}))
        return self.said[-1]


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    random = np.random.default_rng(0)
    return Decoder(SHAPE, {n: random.normal(0, 0.5, s) for n, s in SHAPE.tensors().items()})


def talks(count: int, length: int = 64) -> list[Talk]:
    """Prompts and answers of many lengths, so that seats come free and are taken at any token."""
    random = np.random.default_rng(5)
    sizes = random.integers(1, 120, count).tolist()
    prompts = [random.integers(4, SHAPE.vocabulary, size).tolist() for size in sizes]
    return [Talk(p, length - 3 * n % 50, seed=n) for n, p in enumerate(prompts)]


def test_every_bit_is_as_alone_whoever_else_is_asking(decoder: Decoder) -> None:
    alone, together = talks(SEATS + 8)[::5], talks(SEATS + 8)
    for talk in alone:
        Batching(decoder).answer(talk)
        assert isinstance(talk.parts.get(timeout=60), End)
    batching = Batching(decoder)
    for talk in together:
        batching.answer(talk)
    for talk in together:
        assert isinstance(talk.parts.get(timeout=60), End)
    assert [talk.said for talk in together[::5]] == [talk.said for talk in alone]
    assert [talk.logs for talk in together[::5]] == [talk.logs for talk in alone]


def test_one_token_at_a_time_tells_what_the_whole_text_tells(decoder: Decoder) -> None:
    (talk,) = talks(1)
    Batching(decoder).answer(talk)
    talk.parts.get(timeout=60)
    ids = [*talk.question.prompt, *talk.said]
    whole = decoder.logprobs(np.array([ids]))[0][len(talk.question.prompt) - 1 :]
    last = np.frombuffer(talk.logs[-1], np.float32)
    assert np.abs(last - whole[-1]).max() < 1e-4


def test_an_answer_nobody_wants_frees_its_seat(decoder: Decoder) -> None:
    batching, endless = Batching(decoder), [Talk([5], 10**9, n) for n in range(SEATS)]
    for talk in endless:
        talk._length = 250  # longer than any other here
        batching.answer(talk)
    waiting = Talk([6], 4, 1)
    batching.answer(waiting)
    endless[0].give_up()
    assert endless[0].parts.get(timeout=60) is None
    assert isinstance(waiting.parts.get(timeout=60), End)
    assert all(talk.parts.empty() for talk in endless[1:])
    for talk in endless[1:]:
        talk.give_up()


def test_a_failure_is_told_to_everyone_who_waits(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    batching, (talk, later) = Batching(decoder), talks(2)
    with monkeypatch.context() as patched:
        patched.setattr(Seats, "step", fail)
        batching.answer(talk)
        assert isinstance(talk.parts.get(timeout=60), MemoryError)
    batching.answer(later)
    assert isinstance(later.parts.get(timeout=60), End)


def test_a_speech_that_fails_takes_no_other_with_it(decoder: Decoder) -> None:
    class Failing(Talk):
        def next(self, logs: np.ndarray) -> int:
            if len(self.logs) == 1:
                raise ValueError
            return super().next(logs)

    batching, failing, (talk,) = Batching(decoder), Failing([5], 64, 1), talks(1)
    for each in (talk, failing):
        batching.answer(each)
    assert isinstance(failing.parts.get(timeout=60), ValueError)
    assert isinstance(talk.parts.get(timeout=60), End)


@pytest.mark.parametrize("failing", ["seats", "thread"])
def test_who_comes_after_a_decoding_that_could_not_begin_is_answered(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    batching, (talk, later) = Batching(decoder), talks(2)
    with monkeypatch.context() as patched:
        if failing == "thread":
            patched.setattr(threading.Thread, "start", fail)
            with pytest.raises(RuntimeError):
                batching.answer(talk)
        else:
            patched.setattr("finetune.trainer.embedded.batching.Seats", fail)
            batching.answer(talk)
            assert isinstance(talk.parts.get(timeout=60), RuntimeError)
    batching.answer(later)
    assert isinstance(later.parts.get(timeout=60), End)


def test_empty_seats_take_no_memory() -> None:
    shape = Shape()
    decoder = Decoder(shape, {n: np.ones(s) for n, s in shape.tensors().items()})
    before = psutil.Process().memory_info().rss
    for _ in range(8):  # an allocator learns from what comes again
        thread = threading.Thread(target=Seats, args=[decoder])
        thread.start()
        thread.join()
    assert psutil.Process().memory_info().rss - before < 10_000_000
