"""Takes secrets and personal data out of text before it becomes an example.

Pure: text in, text with placeholders such as `[email]` out; the same text again when nothing was
found. What each kind looks like is in `secrets`, `contacts`, `hosts` and `addresses`; how much of it
is found is measured by `bench/redaction.py`.
"""

from finetune.dataset.addresses import without_addresses
from finetune.dataset.contacts import without_mails, without_numbers
from finetune.dataset.hosts import without_machines
from finetune.dataset.secrets import masked_once, settled


def redact(text: str) -> str:
    """`text` without credentials and personal data.

    Put in their place: `[secret]`, `[token]`, `[private key]`, `[email]`, `[host]`, `[ip]`,
    `[address]`, `[my number]`, `[card]`, `[phone]`.
    """
    return settled(text, _once)  # in 4111…1111sk-abc… the key is seen once the card is gone


def _once(text: str) -> str:
    text = without_machines(without_mails(masked_once(text)))
    return without_numbers(without_addresses(text))
