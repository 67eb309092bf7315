"""Whether Slack sent it: checked on the raw bytes, before anything else reads them.

`app.py` asks for every delivery over HTTP. What cannot be genuine by its headers alone costs no
hashing, and nothing that is refused is parsed, logged with its content or stored. The rule is
Slack's (https://docs.slack.dev/authentication/verifying-requests-from-slack/).
"""

import re
import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from slack_sdk.signature import SignatureVerifier

TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
FRESH = 300  # seconds that a delivery's clock may be away from ours
# The verifier reads whatever Python takes for a number, and fails on letters beyond ASCII.
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNED = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class Refusal(NamedTuple):
    """What a request gets that is turned away."""

    status: int
    reason: str


class Headers(Protocol):
    """Of a request; names in any case."""

    def getlist(self, key: str) -> Sequence[str]: ...

    def __getitem__(self, key: str) -> str: ...


def looks_signed(headers: Headers) -> bool:
    """Whether a signature of now may be there: before the body is read, which it is made of."""
    stamps, signatures = headers.getlist(TIMESTAMP), headers.getlist(SIGNATURE)
    if len(stamps) != 1 or len(signatures) != 1 or not _SECONDS.fullmatch(stamps[0]):
        return False
    fresh = abs(time.time() - int(stamps[0])) <= FRESH
    return fresh and _SIGNED.fullmatch(signatures[0]) is not None


def unlike_a_delivery(headers: Headers) -> int | None:
    """With which status it is refused before its body is read."""
    return None if looks_signed(headers) else 401


class Genuine:
    """Knows the signing secret, and never tells how near a guess was."""

    def __init__(self, signing_secret: str) -> None:
        # Without a secret everything would be signed alike: then nothing is genuine.
        self._verifier = SignatureVerifier(signing_secret) if signing_secret.strip() else None

    def refusal(self, headers: Headers, body: bytes) -> Refusal | None:
        """401 where the signature is missing, wrong, stale or given twice, 400 where the body is no text."""
        if self._verifier is None or not looks_signed(headers):
            return Refusal(401, "not signed")
        try:
            genuine = self._verifier.is_valid(body, headers[TIMESTAMP], headers[SIGNATURE])
        except UnicodeDecodeError:
            return Refusal(400, "not UTF-8")
        return None if genuine else Refusal(401, "not signed")
