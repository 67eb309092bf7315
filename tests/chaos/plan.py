"""The script of a performance: who asks what and when, what they think of it, what is killed after which turn.

Made from a seed alone: the same seed gives the same script. What the seed cannot fix: how long
anything takes, and therefore what is under way when a process dies, which delivery meets a closed
port, and which call of Slack's Web API gets the next trouble on its list.
"""

import random
from dataclasses import dataclass, replace

from bot.sandbox.workspace import BOT_USER, direct_channel
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, JAPANESE

WEB, WORKER, VALKEY = "web", "worker", "valkey"
PEOPLE = (ASKER, CURATOR, ADMIN, JAPANESE)
CHANNELS = (CHANNEL, "C0HANDBOOK")
SHORT = 100  # turns; below, a performance is for the suite: fewer workers, one run
MOST_IN_THREAD = 5
SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "yo")


@dataclass(frozen=True)
class Deed:
    """Something `user` does about a reply; `kind` is a button, a reaction, the modal or a message.

    `text` is a correction's.
    """

    user: str
    kind: str  # up, down, react_up, react_down, unreact, modal, message
    text: str = ""


@dataclass(frozen=True)
class Question:
    """One turn. `thread` is the number of the question that opened its thread; None for itself."""

    number: int
    user: str
    channel: str
    text: str
    answer: str
    thread: int | None = None
    doomed: bool = False  # the model fails at it whenever it is asked
    deeds: tuple[Deed, ...] = ()

    @property
    def opening(self) -> int:
        """The question whose thread it stands in."""
        return self.number if self.thread is None else self.thread


@dataclass(frozen=True)
class Blow:
    """After turn `after`: kill -9 of `parts`, which come back after `down` seconds each."""

    after: int
    parts: tuple[str, ...]
    down: float


@dataclass(frozen=True)
class Jam:
    """After turn `after`: the connections to Valkey are cut, or slow or silent for `seconds`."""

    after: int
    kind: str  # cut, slow, silent
    seconds: float


@dataclass(frozen=True)
class Script:
    """All that will happen. `pace` is in seconds between two turns; `runs` are numbers of turns.

    `crowd`: with so many unanswered turns, people wait before they ask more. `slack_time`: how much
    sooner than Slack's its retries come, which are at once, after one minute and after five.
    """

    seed: int
    questions: tuple[Question, ...]
    blows: tuple[Blow, ...]
    jams: tuple[Jam, ...]
    runs: tuple[int, ...]
    workers: int
    pace: float
    crowd: int
    slack_time: float

    @property
    def kills(self) -> int:
        """Processes that are killed."""
        return sum(len(blow.parts) for blow in self.blows)


def write(seed: int, turns: int) -> Script:
    """The script of so many turns."""
    dice = random.Random(f"script {seed}")
    workers = 1 if turns < SHORT else 2
    questions = _questions(dice, turns)
    return Script(
        seed=seed,
        questions=questions,
        blows=_blows(dice, turns, workers),
        jams=_jams(dice, turns),
        runs=(turns * 2 // 5,) if turns < SHORT else (turns // 4, turns // 2, turns * 3 // 4),
        workers=workers,
        pace=0.3,
        crowd=12 if turns < SHORT else 40,
        slack_time=0.05 if turns < SHORT else 0.1,
    )


def worker_names(workers: int) -> tuple[str, ...]:
    return tuple(f"{WORKER} {number + 1}" for number in range(workers))


def _questions(dice: random.Random, turns: int) -> tuple[Question, ...]:
    made: list[Question] = []
    alone = set(dice.sample(range(turns), turns // 20))  # corrected by a message in the thread
    lengths: dict[int, int] = {}  # of threads that may go on
    doomed = set(dice.sample(range(turns), max(1, turns // 200)))
    for number in range(turns):
        known = [opening for opening, length in lengths.items() if length < MOST_IN_THREAD][-15:]
        if known and dice.random() < 0.4:
            opening = dice.choice(known)
            question = _next(dice, number, made[opening])
        else:
            opening, question = number, _first(dice, number)
        if number in alone and question.thread is None:
            written = Deed(question.user, "message", _correction(dice, number, "in the thread"))
            made.append(replace(question, deeds=(written,)))
            continue
        lengths[opening] = lengths.get(opening, 0) + 1
        if number in doomed:
            made.append(replace(question, doomed=True))
        else:
            made.append(replace(question, deeds=_deeds(dice, number)))
    return tuple(made)


def _first(dice: random.Random, number: int) -> Question:
    user = dice.choice(PEOPLE)
    direct = dice.random() < 0.2
    channel = direct_channel(user) if direct else dice.choice(CHANNELS)
    call = "" if direct else f"<@{BOT_USER}> "
    text = f"{call}Question #{number}: what about {words(dice, 2)}?"
    return Question(number, user, channel, text, _answer(dice, number))


def _next(dice: random.Random, number: int, opening: Question) -> Question:
    direct = opening.channel.startswith("D")
    user = opening.user if direct else dice.choice(PEOPLE)
    call = f"<@{BOT_USER}> " if not direct and dice.random() < 0.3 else ""
    text = f"{call}Question #{number}: and {words(dice, 2)}?"
    answer = _answer(dice, number)
    return Question(number, user, opening.channel, text, answer, thread=opening.number)


def _answer(dice: random.Random, number: int) -> str:
    """Mostly a few lines; now and then so long that it needs two messages."""
    many = dice.choice((6, 15, 25, 40, 60)) if dice.random() > 0.005 else 2500
    return f"Answer #{number}: {words(dice, many)}."


def words(dice: random.Random, many: int) -> str:
    return " ".join("".join(dice.choices(SYLLABLES, k=dice.choice((2, 3)))) for _ in range(many))


def _deeds(dice: random.Random, number: int) -> tuple[Deed, ...]:
    """What one or two people think of the answer; most say nothing."""
    if dice.random() > 0.3:
        return ()
    one, other = dice.sample(PEOPLE, 2)
    first, last = _correction(dice, number, "once"), _correction(dice, number, "at last")
    ways: tuple[tuple[Deed, ...], ...] = (
        (Deed(one, "up"),),
        (Deed(one, "down"), Deed(one, "up")),
        (Deed(one, "up"), Deed(one, "react_down")),
        (Deed(one, "react_up"), Deed(one, "down")),
        (Deed(one, "react_up"), Deed(one, "unreact")),
        (Deed(one, "modal", last),),
        (Deed(one, "modal", first), Deed(one, "modal", last)),
        (Deed(one, "modal", first), Deed(one, "up")),
        (Deed(one, "up"), Deed(other, "down"), Deed(one, "modal", last)),
        (Deed(one, "up"), Deed(other, "react_up"), Deed(other, "up")),
    )
    return dice.choice(ways)


def _correction(dice: random.Random, number: int, how: str) -> str:
    return f"Corrected #{number} {how}: {words(dice, 8)}."


def _blows(dice: random.Random, turns: int, workers: int) -> tuple[Blow, ...]:
    """Each kind in turn, in a changing order; now and then two at once."""
    blows = max(4, turns * 32 // 1000)
    gap = turns / (blows + 1)
    kinds: list[str] = []
    made = []
    for number in range(blows):
        kinds = kinds or dice.sample((WEB, WORKER, VALKEY), 3)
        kind = kinds.pop()
        parts = [dice.choice(worker_names(workers)) if kind == WORKER else kind]
        if kind == VALKEY and dice.random() < 0.3:
            parts.append(WEB)
        if kind == WORKER and dice.random() < 0.3:
            parts = list(worker_names(workers))
        after = round(gap * (number + 1 + dice.uniform(-0.3, 0.3)))
        made.append(Blow(after, tuple(parts), round(dice.uniform(0, 1.5), 2)))
    return tuple(made)


def _jams(dice: random.Random, turns: int) -> tuple[Jam, ...]:
    kinds = ("cut", "slow", "cut", "silent")
    many = max(3, turns // 50)
    return tuple(
        Jam(round(turns * (number + 0.5) / many), kind, round(dice.uniform(0.5, 2.5), 2))
        for number, kind in zip(range(many), kinds * many, strict=False)
    )
