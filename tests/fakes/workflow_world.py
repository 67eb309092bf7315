"""The models behind docs/workflows.md where no real one is trained: plain functions of the text asked.

- `Summariser` writes three bullet lines of an article, from its sentences and parts of them. Like the
  models of the write-up it cannot count well: an untrained one writes far too much and comes nearer each
  time that it is told; a tuned one aims at the mean length of the rows it was trained on, and misses by
  a few characters.
- `MailClassifier` is naive Bayes over the words of the rows it was trained on.
- `TicketCopier` answers with the fix of the most similar ticket it was trained on, ticket number
  included, as the write-up's model did.

So the figures of the page are measurements of these functions.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations, pairwise, product
from typing import Any

from finetune.dataset.tokens import count_text
from tests.fakes.openai_account import OpenAIStub

Row = dict[str, Any]


@dataclass(frozen=True)
class Summariser:
    """`aim`: characters it believes to be what is wanted; `spread`: how far it may miss them."""

    aim: float
    spread: int = 0

    @classmethod
    def taught(cls, rows: Sequence[Row]) -> "Summariser":
        """Aims at what the rows' answers have on average."""
        lengths = [len(row["messages"][-1]["content"]) for row in rows]
        return cls(sum(lengths) / len(lengths), spread=4)

    def answer(self, messages: Sequence[Row]) -> str:
        """A summary, or after a correction one that is nearer to the wanted length."""
        article = next(m["content"] for m in messages if m["role"] == "user")
        said = [m["content"] for m in messages if m["role"] == "assistant"]
        if not said:
            return self._written(article, self.aim + self._miss(article))
        wanted = int(re.findall(r"\d+", messages[0]["content"])[-1])
        obedience = 0.25 + 0.1 * (_mark(article) % 5)  # some it hardly gets right at all
        return self._written(article, wanted + (1 - obedience) * (len(said[-1]) - wanted))

    def _miss(self, article: str) -> int:
        return _mark(article) % (2 * self.spread + 1) - self.spread

    def _written(self, article: str, length: float) -> str:
        return min(_summaries(article), key=lambda text: abs(len(text) - length))


def _mark(article: str) -> int:
    """A number that is the same for the same article."""
    return sum(map(ord, article))


@cache
def _summaries(article: str) -> tuple[str, ...]:
    """Every three bullets that can be made of three to six sentences, or of their beginnings."""
    body = "".join(article.splitlines()[1:])
    sentences = [s.strip() for s in body.split("。") if len(s.strip()) > 1]
    choices = [tuple(dict.fromkeys((s, s.split("、")[0]))) for s in sentences if "「" not in s]
    return tuple(
        "\n".join(f"・{line}" for line in _lines(parts))
        for count in (3, 4, 5)
        for places in combinations(range(len(choices)), count)
        for parts in product(*(choices[n] for n in places))
        if all(len(part) >= 8 for part in parts)
    )


def _lines(parts: Sequence[str]) -> list[str]:
    """The parts on three lines, the first lines with one more where they do not come out even."""
    size, more = divmod(len(parts), 3)
    ends = [(n + 1) * size + min(n + 1, more) for n in range(3)]
    return ["。".join(parts[start:end]) for start, end in pairwise([0, *ends])]


@dataclass(frozen=True)
class MailClassifier:
    """Counts of each word in each class."""

    words: dict[str, Counter[str]]
    mails: Counter[str]

    @classmethod
    def taught(cls, rows: Sequence[Row]) -> "MailClassifier":
        words: dict[str, Counter[str]] = {}
        mails = Counter(row["completion"] for row in rows)
        for row in rows:
            words.setdefault(row["completion"], Counter()).update(_stems(row["prompt"]))
        return cls(words, mails)

    def probabilities(self, text: str) -> dict[str, float]:
        """Of each completion it was taught, the likeliest first; they sum to one."""
        known = _stems(text) & set().union(*self.words.values())
        scores = {
            label: math.log(count)
            + sum(math.log((self.words[label][stem] + 0.5) / (count + 1)) for stem in known)
            for label, count in self.mails.items()
        }
        highest = max(scores.values())
        weights = {label: math.exp(score - highest) for label, score in scores.items()}
        whole = sum(weights.values())
        ranked = sorted(weights, key=lambda label: -weights[label])
        return {label: weights[label] / whole for label in ranked}


COMMON = frozenset(
    re.findall(
        r"\w+",
        "that what this with have from they them than when were more then your does will last "
        "night first year game team play great subject",
    )
)


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"[a-z]{4,}", text.lower())} - COMMON


@dataclass(frozen=True)
class TicketCopier:
    """The tickets it was taught, with their fixes."""

    taught: tuple[tuple[frozenset[str], str], ...]

    @classmethod
    def of(cls, rows: Sequence[Row]) -> "TicketCopier":
        found = []
        for row in rows:
            asked = " ".join(m["content"] for m in row["messages"] if m["role"] == "user")
            found.append((frozenset(_words(asked)), row["messages"][-1]["content"]))
        return cls(tuple(found))

    def answer(self, messages: Sequence[Row]) -> str:
        asked = frozenset(_words(messages[-1]["content"]))
        return max(self.taught, key=lambda one: len(one[0] & asked) / len(one[0] | asked))[1]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]{3,}", text.lower())


def learning_curve(training: Sequence[Row], validation: Sequence[Row]) -> bytes:
    """The result file of a classifier's job: after every fourth mail, how it does on all of them."""
    rows = ["step,training_loss,validation_loss,classification/accuracy"]
    for step, known in enumerate(range(4, len(training) + 4, 4), start=1):
        model = MailClassifier.taught(training[:known])
        training_loss, _ = _measured(model, training[:known])
        validation_loss, accuracy = _measured(model, validation)
        rows.append(f"{step},{training_loss:.4f},{validation_loss:.4f},{accuracy:.4f}")
    return "\n".join(rows).encode()


def _measured(model: MailClassifier, rows: Sequence[Row]) -> tuple[float, float]:
    """Mean loss, and the share that it gets right."""
    chances = [model.probabilities(row["prompt"]) for row in rows]
    right = [next(iter(p)) == row["completion"] for p, row in zip(chances, rows, strict=True)]
    told = [p.get(row["completion"], 1e-6) for p, row in zip(chances, rows, strict=True)]
    return -sum(map(math.log, told)) / len(rows), sum(right) / len(rows)


TEACHER, LEGACY = "gpt-4.1", "davinci-002"


def _rows_of(stub: OpenAIStub, model: str) -> list[Row] | None:
    """What a tuned model was trained on; None for a model that is not tuned."""
    for job in stub.jobs.values():
        if job.fine_tuned_model == model:
            return stub.files[job.request["training_file"]].rows()
    return None


def mails(stub: OpenAIStub) -> None:
    """B: legacy models; a tuned one knows the classes of its training file."""
    stub.legacy_models = {LEGACY}
    plainly = stub.finish

    def finish(job_id: str, model: str | None = None) -> None:
        request = stub.jobs[job_id].request
        files = [stub.files[request[name]].rows() for name in ("training_file", "validation_file")]
        stub.results = learning_curve(*files)
        plainly(job_id, model)
        stub.legacy_models.add(str(stub.jobs[job_id].fine_tuned_model))

    stub.finish = finish  # type: ignore[method-assign]

    def chances(model: str, messages: list[Row]) -> dict[str, float]:
        rows = _rows_of(stub, model)
        if rows is None:
            return {" the": 0.4, "\n": 0.3}
        return MailClassifier.taught(rows).probabilities(messages[-1]["content"])

    stub.chances = chances
    stub.answer = lambda model, messages: next(iter(chances(model, messages)))


def news(stub: OpenAIStub) -> None:
    """C: a teacher that writes too much, and what it taught."""

    def answer(model: str, messages: list[Row]) -> str:
        rows = _rows_of(stub, model)
        if rows is not None:
            return Summariser.taught(rows).answer(messages)
        return Summariser(138 if model == TEACHER else 124, spread=12).answer(messages)

    stub.answer = answer
    stub.latency = lambda model: 0.02 if model.startswith("ft:") else 0.06
    stub.tokens = partial(count_text, model=TEACHER)


def tickets(stub: OpenAIStub) -> None:
    """D: a tuned model copies the fix of the ticket that is most like the one asked about."""

    def answer(model: str, messages: list[Row]) -> str:
        rows = _rows_of(stub, model)
        return "Please tell me more." if rows is None else TicketCopier.of(rows).answer(messages)

    stub.answer = answer
