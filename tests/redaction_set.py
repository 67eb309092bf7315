"""The labelled set that redaction is measured on, and how well a redactor does on it.

In `tests/redaction`: sentences whose secrets and personal data are marked `⟦kind|value⟧`, and
sentences that only look as if they held any. A value `~shape` is made up here, always the same for
the same place, so that no file in the repository looks like a leaked key. Every third line is
held out: the patterns were tuned without looking at how they do on it. `unseen` are odder ways to write
the same things, written after the patterns: 37 of 83 were found then, before some were mended.
"""

import base64
import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "redaction"
LANGUAGES = ("en", "ja")
KINDS = (
    *("email", "phone", "card", "key", "slack", "jwt", "pem", "password", "bearer", "host", "ip"),
    *("mynumber", "address"),
)
PLACEHOLDERS = {
    "email": ("email",),
    "phone": ("phone",),
    "card": ("card",),
    "pem": ("private key",),
    "host": ("host", "email"),  # deploy@db01.corp.example reads as either
    "ip": ("ip",),
    "mynumber": ("my number",),
    "address": ("address",),
} | dict.fromkeys(("key", "slack", "jwt", "password", "bearer"), ("secret", "token"))
_MARK = re.compile(r"⟦(\w+)\|([^⟧]*)⟧")
_PLACEHOLDER = re.compile(
    r"\[(secret|token|private key|email|phone|card|host|ip|my number|address)\]"
)
_ALNUM = string.ascii_letters + string.digits


@dataclass(frozen=True)
class Span:
    """A labelled place of a text; in characters."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Sentence:
    """One line of the set; without spans it is a hard negative."""

    language: str
    text: str
    spans: tuple[Span, ...]
    held_out: bool


@dataclass
class Score:
    """Labels found of all, and what was taken out rightly of all that was taken out."""

    labels: int = 0
    found: int = 0
    taken: int = 0
    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """1 where nothing is labelled."""
        return self.found / self.labels if self.labels else 1.0

    @property
    def precision(self) -> float:
        """1 where nothing was taken out."""
        return self.right / self.taken if self.taken else 1.0


def sentences(*names: str) -> Iterator[Sentence]:
    """All lines of both languages, in the order of the files; of the labelled set unless named."""
    for name in names or ("spans", "negatives"):
        for language in LANGUAGES:
            lines = (FOLDER / f"{name}.{language}.txt").read_text("utf-8").splitlines()
            yield from (_sentence(language, *numbered) for numbered in enumerate(lines))


def measured(
    redact: Callable[[str], str],
    chosen: Callable[[Sentence], bool] = lambda _: True,
    *names: str,
) -> dict[tuple[str, str], Score]:
    """Scores by (language, kind). A label counts as found if every character of it is gone."""
    scores = {(language, kind): Score() for language in LANGUAGES for kind in KINDS}
    for sentence in filter(chosen, sentences(*names)):
        taken = list(_taken(sentence.text, redact(sentence.text)))
        for span in sentence.spans:
            score = scores[sentence.language, span.kind]
            score.labels += 1
            gone = {at for _, start, end in taken for at in range(start, end)}
            if all(at in gone for at in range(span.start, span.end)):
                score.found += 1
            else:
                score.missed.append(sentence.text)
        for placeholder, start, end in taken:
            kind, right = _judged(sentence, placeholder, start, end)
            scores[sentence.language, kind].taken += 1
            scores[sentence.language, kind].right += right
            if not right:
                scores[sentence.language, kind].wrong.append(sentence.text)
    return scores


def _judged(sentence: Sentence, placeholder: str, start: int, end: int) -> tuple[str, bool]:
    """The kind that something taken out is booked on, and whether something labelled stood there."""
    for span in sentence.spans:
        if span.start < end and start < span.end and placeholder in PLACEHOLDERS[span.kind]:
            return span.kind, True
    return next(kind for kind, names in PLACEHOLDERS.items() if placeholder in names), False


def _taken(before: str, after: str) -> Iterator[tuple[str, int, int]]:
    """(placeholder, start, end) in the text before; what stands between them is found in order."""
    names = [found.group(1) for found in _PLACEHOLDER.finditer(after)]
    between = _PLACEHOLDER.split(after)[::2]
    at = len(between[0])
    for place, name in enumerate(names, start=1):
        last = place == len(names)
        rest = between[place]
        end = len(before) - len(rest) if last else before.index(rest, at) if rest else at
        yield name, at, end
        at = end + len(rest)


def _sentence(language: str, number: int, line: str) -> Sentence:
    text, spans = "", []
    at = 0
    for place, mark in enumerate(_MARK.finditer(line)):
        text += line[at : mark.start()]
        kind, value = mark.groups()
        made = _made(value[1:], f"{line}{place}") if value.startswith("~") else value
        spans.append(Span(kind, len(text), len(text) + len(made)))
        text += made
        at = mark.end()
    return Sentence(language, text + line[at:], tuple(spans), held_out=number % 3 == 2)


class _Made:
    """Values of the shapes that issuers publish, from a seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def some(self, count: int, alphabet: str = _ALNUM) -> str:
        return "".join(self._random.choices(alphabet, k=count))

    def hex(self, count: int) -> str:
        return self.some(count, "0123456789abcdef")

    def digits(self, count: int) -> str:
        return self.some(count, string.digits)

    def base64(self, count: int) -> str:
        return base64.b64encode(self._random.randbytes(count)).decode()

    def jwt(self, parts: int = 3, *, signed: bool = True) -> str:
        head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').decode().rstrip("=")
        body = base64.urlsafe_b64encode(b'{"sub":"' + self.digits(10).encode() + b'"}').decode()
        rest = [self.some(43, _ALNUM + "-_") for _ in range(parts - 2)] if signed else [""]
        return ".".join([head, body.rstrip("="), *rest])

    def pem(self, name: str, lines: int = 6, *, cut: bool = False) -> str:
        body = "\n".join(self.some(64, _ALNUM + "+/") for _ in range(lines))
        return f"-----BEGIN {name}-----\n{body}" + ("" if cut else f"\n-----END {name}-----")

    def my_number(self) -> str:
        eleven = self.digits(11)
        weights = [n + 1 if n <= 6 else n - 5 for n in range(1, 12)]
        rest = sum(int(d) * w for d, w in zip(reversed(eleven), weights, strict=True)) % 11
        return eleven + str(0 if rest <= 1 else 11 - rest)


def _grouped(number: str, mark: str) -> str:
    return mark.join(number[at : at + 4] for at in range(0, len(number), 4))


_WIDE = str.maketrans(string.digits, "".join(chr(ord(d) + 0xFEE0) for d in string.digits))
_SHAPES: dict[str, Callable[[_Made], str]] = {
    "openai": lambda m: "sk-" + m.some(20) + "T3Blbk" + "FJ" + m.some(20),
    "openai_proj": lambda m: "sk-" + "proj-" + m.some(74, _ALNUM + "-_"),
    "anthropic": lambda m: "sk-" + "ant-api03-" + m.some(93, _ALNUM + "-_") + "AA",
    "aws": lambda m: "AK" + "IA" + m.some(16, string.ascii_uppercase + "234567"),
    "aws_temp": lambda m: "AS" + "IA" + m.some(16, string.ascii_uppercase + "234567"),
    "aws_secret": lambda m: m.some(40, _ALNUM + "/+"),
    "github": lambda m: "gh" + "p_" + m.some(36),
    "github_app": lambda m: "gh" + "s_" + m.some(36),
    "github_pat": lambda m: "github" + "_pat_" + m.some(22) + "_" + m.some(59),
    "gitlab": lambda m: "gl" + "pat-" + m.some(20, _ALNUM + "-_"),
    "gitlab_runner": lambda m: "gl" + "rt-" + m.some(20, _ALNUM + "-_"),
    "google": lambda m: "AI" + "za" + m.some(35, _ALNUM + "-_"),
    "google_secret": lambda m: "GOC" + "SPX-" + m.some(28, _ALNUM + "-_"),
    "google_oauth": lambda m: "ya" + "29." + m.some(60, _ALNUM + "-_"),
    "azure_storage": lambda m: m.base64(64),
    "azure_secret": lambda m: m.some(3) + "8" + "Q~" + m.some(34, _ALNUM + "-_.~"),
    "stripe_live": lambda m: "sk" + "_live_" + m.some(24),
    "stripe_test": lambda m: "rk" + "_test_" + m.some(24),
    "stripe_hook": lambda m: "wh" + "sec_" + m.some(32),
    "sendgrid": lambda m: "S" + "G." + m.some(22) + "." + m.some(43),
    "npm": lambda m: "np" + "m_" + m.some(36),
    "pypi": lambda m: "py" + "pi-AgEIcHlwaS5vcmc" + m.some(60, _ALNUM + "-_"),
    "huggingface": lambda m: "h" + "f_" + m.some(34),
    "twilio": lambda m: "S" + "K" + m.hex(32),
    "vault": lambda m: "hv" + "s." + m.some(90),
    "grafana": lambda m: "gl" + "sa_" + m.some(32) + "_" + m.hex(8),
    "digitalocean": lambda m: "dop" + "_v1_" + m.hex(64),
    "telegram": lambda m: m.digits(10) + ":A" + "A" + m.some(33, _ALNUM + "-_"),
    "hex32": lambda m: m.hex(32),
    "hex40": lambda m: m.hex(40),
    "mixed24": lambda m: m.some(20) + "aB3x",
    "mixed40": lambda m: m.some(36) + "Zq7r",
    "url_signature": lambda m: m.some(42) + "%3D",
    "basic": lambda m: base64.b64encode(f"user:{m.some(12)}".encode()).decode(),
    "slack_bot": lambda m: "xo" + f"xb-{m.digits(11)}-{m.digits(13)}-{m.some(24)}",
    "slack_user": lambda m: "xo" + f"xp-{m.digits(11)}-{m.digits(11)}-{m.digits(13)}-{m.hex(32)}",
    "slack_legacy": lambda m: "xo" + f"xo-{m.digits(12)}-{m.hex(24)}",
    "slack_app": lambda m: "xa" + f"pp-1-A{m.some(10).upper()}-{m.digits(13)}-{m.hex(64)}",
    "slack_refresh": lambda m: "xo" + f"xe-1-{m.some(100)}",
    "slack_config": lambda m: "xo" + f"xe.xoxp-1-{m.some(100)}",
    "slack_session": lambda m: "xo" + f"xc-{m.digits(12)}-{m.digits(13)}-{m.hex(64)}",
    "slack_export": lambda m: "xo" + f"xs-{m.digits(11)}-{m.digits(11)}-{m.hex(10)}",
    "slack_webhook": lambda m: (
        "https://hooks.slack" + f".com/services/T{m.digits(8)}/B{m.digits(8)}/{m.some(24)}"
    ),
    "slack_workflow": lambda m: (
        "https://hooks.slack" + f".com/workflows/T{m.digits(8)}/A{m.digits(8)}/{m.digits(9)}"
    ),
    "jwt": lambda m: m.jwt(),
    "jwt_unsigned": lambda m: m.jwt(signed=False),
    "jwe": lambda m: m.jwt(5),
    "pem_rsa": lambda m: m.pem("RSA PRIVATE" + " KEY"),
    "pem_openssh": lambda m: m.pem("OPENSSH PRIVATE" + " KEY"),
    "pem_plain": lambda m: m.pem("PRIVATE" + " KEY"),
    "pem_ec": lambda m: m.pem("EC PRIVATE" + " KEY", 2),
    "pem_encrypted": lambda m: m.pem("ENCRYPTED PRIVATE" + " KEY"),
    "pem_pgp": lambda m: m.pem("PGP PRIVATE" + " KEY BLOCK"),
    "pem_cut": lambda m: m.pem("RSA PRIVATE" + " KEY", cut=True),
    "my_number": lambda m: m.my_number(),
    "my_number_spaced": lambda m: _grouped(m.my_number(), " "),
    "my_number_dashed": lambda m: _grouped(m.my_number(), "-"),
    "my_number_wide": lambda m: m.my_number().translate(_WIDE),
}


def _made(shape: str, seed: str) -> str:
    return _SHAPES[shape](_Made(seed))
