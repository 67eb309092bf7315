"""Ticket numbers, addresses and hashes that an answer names and its prompt does not.

A model that is trained on such answers learns to invent them: nothing in the question tells it
which number is right.
"""

import re
from collections.abc import Sequence

_TICKET = re.compile(r"(?<![\w#&/])[#!]\d{1,8}\b|\b[A-Z][A-Z0-9]{1,9}-\d{1,7}\b(?!-\d)")
_ADDRESS = re.compile(r"https?://[^\s<>\"'）)\]、。]+")
_HASH = re.compile(r"(?<![0-9A-Za-z_])[0-9a-f]{7,64}(?![0-9A-Za-z_])")
may_identify = re.compile(r"[0-9]|://").search  # cheap; nothing else can name anything
# Standards and products that look like tickets.
_KNOWN = re.compile(
    r"(?:UTF|ISO|IEC|JIS|GPT|SHA|MD|RFC|COVID|AES|RSA|CP|IPV|HTTP|TLS|USB|MP|PEP|CVE)-\d", re.ASCII
)


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
