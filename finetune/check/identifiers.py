"""Ticket numbers, addresses and hashes that an answer names and its prompt does not.

A model that is trained on such answers learns to invent them: nothing in the question tells it
which number is right.
"""

import re
from collections.abc import Sequence

_TICKET = re.compile(r"(?<![\w#&/])[#!]\d{1,8}\b|\b[A-Z][A-Z0-9]{1,9}-\d{1,7}\b(?!-\d)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'）)\]、。]+")
_HASH = re.compile(r"(?<![0-9A-Za-z_])[0-9a-f]{7,64}(?![0-9A-Za-z_])")
# Standards and products that look like tickets.
_KNOWN = re.compile(
    r"(?:UTF|ISO|IEC|JIS|GPT|SHA|MD|RFC|COVID|AES|RSA|CP|IPV|HTTP|TLS|USB|MP|PEP|CVE)-\d", re.ASCII
)


def naming(answers: Sequence[str]) -> list[int]:
    """The places of the answers with a digit or a colon; no other can name anything."""
    import numpy as np

    sizes = [len(one) if one.isascii() else len(one.encode()) for one in answers]
    raw = np.frombuffer("".join(answers).encode(), np.uint8)
    places = np.flatnonzero((raw - np.uint8(48)) <= 10)  # 0 to 9, and the colon behind them
    owners = np.unique(np.searchsorted(np.cumsum(sizes), places, side="right"))
    return [int(owner) for owner in owners]


def invented(answer: str, said_before: Sequence[str]) -> str | None:
    """The first identifier in `answer` that no text before it holds."""
    for found in _candidates(answer):
        if not any(found in text for text in said_before):
            return found
    return None


def _candidates(answer: str) -> list[str]:
    found = []
    if "#" in answer or "!" in answer or "-" in answer:
        found += [t for t in _TICKET.findall(answer) if not _KNOWN.match(t)]
    if "://" in answer:
        found += [address.rstrip(".,;:!?") for address in _ADDRESS.findall(answer)]
    return found + [h for h in _HASH.findall(answer) if not h.isdigit() and not h.isalpha()]
