"""Takes secrets and personal data out of text before it becomes an example.

Pure: text in, text with placeholders such as `[email]` out; the same text again when nothing was
found. Phone numbers are recognised by `phonenumbers` (Japanese, American and international forms).
Ordinary numbers, dates, prices and ids stay.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

from finetune.dataset.secrets import masked_once

_LETTER = r"A-Za-z0-9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_SIMPLE: tuple[tuple[re.Pattern[str], str], ...] = (
    # Slack writes addresses and numbers as links: take the whole link
    (re.compile(r"<mailto:[^>\s]+>"), "[email]"),
    (re.compile(r"<tel:[^>]+>"), "[phone]"),
    (
        re.compile(
            rf"(?<![{_LETTER}._%+-])[{_LETTER}.\uff0e_%+-]{{1,64}}[@\uff20]"
            rf"(?:[{_LETTER}-]{{1,63}}[.\uff0e]){{1,8}}[{_LETTER}]{{2,24}}"
        ),
        "[email]",
    ),
)
_CARD = re.compile(r"(?<![\d.,/-])\d(?:[ -]?\d){12,18}(?![\d]|[.,/-]\d)")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_JAPANESE_PHONE = re.compile(
    r"0\d{1,4}[-(). ]{1,2}\d{1,4}[-(). ]{1,2}\d{3,4}|0[5789]0\d{8}|0120\d{6}"
)
# What any telephone number has: nine digits near each other, or six after a plus sign.
_BETWEEN = (
    r"[-x\u2010-\u2015\u2212\u30FC\uFF0D-\uFF0F \xA0\xAD\u200B\u2060\u3000()\uFF08\uFF09\uFF3B\uFF3D"
    r".\[\]/~\u2053\u223C\uFF5E]{0,4}"
)
_LIKE_A_NUMBER = re.compile(rf"\d(?:{_BETWEEN}\d){{8}}|[+\uff0b]{_BETWEEN}\d(?:{_BETWEEN}\d){{5}}")
_AMERICAN_PHONE = re.compile(r"(?:1[-. ])?\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}")


def redact(text: str) -> str:
    """`text` with `[secret]`, `[token]`, `[private key]`, `[email]`, `[card]`, `[phone]` put in."""
    clean = _once(text)
    while clean != text:  # a placeholder may set free what stuck to it: 4111…1111sk-abc…
        text, clean = clean, _once(clean)
    return text


def _once(text: str) -> str:
    text = masked_once(text)
    for pattern, placeholder in _SIMPLE:
        text = pattern.sub(placeholder, text)
    text = _CARD.sub(lambda found: "[card]" if _is_card(found.group()) else found.group(), text)
    return _without_phones(text)


def _is_card(text: str) -> bool:
    digits = [int(character) for character in text if character.isdigit()]
    if digits[0] not in {2, 3, 4, 5, 6} or len(set(digits)) == 1:
        return False
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _without_phones(text: str) -> str:
    if not _LIKE_A_NUMBER.search(text):
        return text
    spans = sorted(
        {span for found in (_phones(text, region) for region in _ACCEPTS) for span in found}
    )
    parts, end = [], 0
    for start, stop in spans:
        if start >= end:
            parts += [text[end:start], "[phone]"]
            end = stop
    return "".join([*parts, text[end:]])


def _phones(text: str, region: str) -> Iterator[tuple[int, int]]:
    import phonenumbers

    for match in phonenumbers.PhoneNumberMatcher(text, region, phonenumbers.Leniency.VALID):
        before = text[max(match.start - 1, 0) : match.start]
        written = unicodedata.normalize("NFKC", match.raw_string).replace("\u2212", "-")
        if before in {"/", "=", ".", "#", "_"} or _DATE.fullmatch(written):
            continue
        if written.startswith("+") or _ACCEPTS[region](written):
            yield match.start, match.end


# Bare digits that merely could be a number stay: an order number is not a phone number.
_ACCEPTS: dict[str, Callable[[str], object]] = {
    "JP": _JAPANESE_PHONE.fullmatch,
    "US": _AMERICAN_PHONE.fullmatch,
}
