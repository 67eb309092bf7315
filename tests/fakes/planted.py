"""Secrets of many kinds, made up anew for each seed, in the sentences that people paste them with."""

import base64
import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

HEX = "0123456789abcdef"
WORD = string.ascii_letters + string.digits
URL = WORD + "-_"


@dataclass(frozen=True)
class Planted:
    """`secret` must not be found anywhere; `text` is what somebody writes."""

    kind: str
    secret: str
    text: str


def planted(count: int, seed: int) -> list[Planted]:
    """So many, of every kind in turn."""
    chance = random.Random(seed)
    kinds = list(KINDS)
    return [_plant(kinds[number % len(kinds)], chance) for number in range(count)]


def _plant(kind: str, chance: random.Random) -> Planted:
    secret, text = KINDS[kind](lambda n, letters=WORD: _some(chance, n, letters))
    return Planted(kind, secret, text)


def _some(chance: random.Random, length: int, letters: str) -> str:
    """With a capital, a small letter and a digit where the alphabet has them."""
    made = "".join(chance.choices(letters, k=length - 3))
    kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits)
    return made + "".join(
        chance.choice([c for c in letters if c in kind] or list(letters)) for kind in kinds
    )


Some = Callable[..., str]
Plant = Callable[[Some], tuple[str, str]]


def _alone(prefix: str, length: int, letters: str = WORD, text: str = "my key is {}") -> Plant:
    def plant(some: Some) -> tuple[str, str]:
        secret = prefix + some(length, letters)
        return secret, text.format(secret)

    return plant


def _named(text: str, length: int, letters: str = WORD) -> Plant:
    return _alone("", length, letters, text)


def _jwt(some: Some) -> tuple[str, str]:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    token = f"{part({'alg': 'HS256'})}.{part({'sub': some(12)})}.{some(43, URL)}"
    return token, f"the session is {token}"


def _private_key(some: Some) -> tuple[str, str]:
    body = "\n".join(some(64, WORD + "+/") for _ in range(4))
    return body, f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----"


def _basic(some: Some) -> tuple[str, str]:
    word = base64.b64encode(f"admin:{some(16)}".encode()).decode()
    return word, f"curl -H 'Authorization: Basic {word}' https://example.com"


KINDS: dict[str, Plant] = {
    "slack bot": _alone("xoxb-123456789012-", 24),
    "slack user": _alone("xoxp-123456789012-", 32, HEX),
    "slack app": _alone("xapp-1-A0123456789-", 40, HEX),
    "slack rotated": _alone("xoxe.xoxb-1-", 60),
    "slack refresh": _alone("xoxe-1-", 60),
    "slack signing secret": _named("SLACK_SIGNING_SECRET={}", 32, HEX),
    "slack webhook": _alone("https://hooks.slack.com/services/T012AB3CD/B012AB3CD/", 24),
    "openai": _alone("sk-", 48),
    "openai project": _alone("sk-proj-", 60, URL),
    "anthropic": _alone("sk-ant-api03-", 80, URL),
    "aws access key": _alone("AKIA", 16, string.ascii_uppercase + string.digits),
    "aws secret": _named("AWS_SECRET_ACCESS_KEY={}", 40),
    "github": _alone("ghp_", 36),
    "github fine-grained": _alone("github_pat_", 70),
    "gitlab": _alone("glpat-", 20),
    "google": _alone("AIza", 35, URL),
    "azure": _named("AZURE_CLIENT_SECRET: {}", 34),
    "azure storage": _named("AccountKey={}", 64),
    "stripe": _alone("sk_live_", 24),
    "hugging face": _alone("hf_", 34),
    "sendgrid": _alone("SG.aBcDeFgHiJkLmNoPqRsT1.", 40),
    "npm": _alone("npm_", 36),
    "pypi": _alone("pypi-", 80, URL),
    "jwt": _jwt,
    "private key": _private_key,
    "password": _named("the password is {}", 14),
    "password, Japanese": _named("パスワードは {} です", 14),
    "redis": _named("redis://:{}@cache.example.com:6379/0", 20),
    "postgres": _named("postgres://app:{}@db.example.com/app", 20),
    "basic": _basic,
    "bearer": _named("Authorization: Bearer {}", 40),
    "fernet": _named("ENCRYPTION_KEY={}=", 43, URL),
    "api key": _named('"api_key": "{}"', 32),
}
