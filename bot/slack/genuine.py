"""Whether Slack sent it: checked on the raw bytes, before anything else reads them.

`app.py` asks for every delivery over HTTP. What cannot be genuine by its headers alone costs no
hashing, and nothing that is refused is parsed, logged with its content or stored. The rule is
Slack's (https://docs.slack.dev/authentication/verifying-requests-from-slack/).
"""

import re
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from slack_sdk.signature import SignatureVerifier

TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
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


class Genuine:
    """Knows the signing secret, and never tells how near a guess was."""

    def __init__(self, signing_secret: str) -> None:
        # Without a secret everything would be signed alike: then nothing is genuine.
        self._verifier = SignatureVerifier(signing_secret) if signing_secret.strip() else None

    def refusal(self, headers: Headers, body: bytes) -> Refusal | None:
        """401 where the signature is missing, wrong, stale or given twice, 400 where the body is no text."""
        stamps, signatures = headers.getlist(TIMESTAMP), headers.getlist(SIGNATURE)
        if len(stamps) != 1 or len(signatures) != 1 or self._verifier is None:
            return Refusal(401, "not signed")
        stamp, signature = stamps[0], signatures[0]
        if not _SECONDS.fullmatch(stamp) or not _SIGNED.fullmatch(signature):
            return Refusal(401, "not signed")
        try:
            genuine = self._verifier.is_valid(body, stamp, signature)
        except UnicodeDecodeError:
            return Refusal(400, "not UTF-8")
        return None if genuine else Refusal(401, "not signed")
