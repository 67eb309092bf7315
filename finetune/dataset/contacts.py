"""Takes what leads to a person out of text: e-mails, telephone numbers, cards, My Number.

Telephone numbers are recognised by `phonenumbers` (Japanese, American and international forms), cards
by their issuers' ranges and Luhn's sum, a My Number by its check digit where the text speaks of one.
Ordinary numbers, dates, prices and ids stay.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

_LETTER = r"A-Za-z0-9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
# Slack writes addresses and numbers as links: the whole link is taken.
_MAILTO = re.compile(r"<mailto:[^<>\s]{1,512}>")
_TEL = re.compile(r"<tel:[^<>\n]{1,64}>")
_NAME = rf"(?<![{_LETTER}._%+-])[{_LETTER}.\uff0e_%+-]{{1,64}}"
_DOMAIN = "\u00c0-\u024f\u3041-\u30ff\u4e00-\u9fff"  # also letters of other languages
_EMAIL = re.compile(
    rf"{_NAME}(?:'[{_LETTER}._%+-]{{1,32}})?[@\uff20]"
    rf"(?:[{_LETTER}{_DOMAIN}-]{{1,63}}[.\uff0e]){{1,8}}[{_LETTER}]{{2,24}}"
)
_SPELT = re.compile(  # ben (at) example (dot) com
    rf"(?i){_NAME} ?[(\[\uff08] ?(?:at|アット) ?[)\]\uff09] ?"
    rf"(?:[{_LETTER}-]{{1,63}}(?:\.| ?[(\[\uff08] ?(?:dot|ドット) ?[)\]\uff09] ?)){{1,5}}[{_LETTER}]{{2,24}}"
)
_GAP = "[ .\u30fb\u3000\u2010-\u2015\u2212\uff0d-]?"
_CARD = re.compile(rf"(?<![\d.,/-])\d(?:{_GAP}\d){{13,18}}(?![\d]|[.,/-]\d)")
_ISSUERS = (  # of the first four digits, and how many there are: Visa, Mastercard, Amex, JCB, …
    (range(4000, 5000), {16, 19}),
    (range(5100, 5600), {16}),
    (range(2221, 2721), {16}),
    (range(3400, 3500), {15}),
    (range(3700, 3800), {15}),
    (range(3528, 3590), {16}),
    (range(3000, 3060), {14}),
    (range(3600, 3700), {14}),
    (range(3800, 4000), {14}),
    (range(6011, 6012), {16, 19}),
    (range(6200, 6300), {16, 17, 18, 19}),
    (range(6440, 6600), {16, 19}),
)
_MY_NUMBER = re.compile(
    rf"(?i)((?:マイナンバー|個人番号|通知カード|my[ _-]?number|individual[ _-]number)[^\d\n]{{0,40}})"
    rf"(\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}})(?!\d)"
)
_OF_MY_NUMBER = re.compile(
    rf"(?i)(?<!\d)(\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}})(?=[^\d\n]{{1,16}}(?:マイナンバー|個人番号|my number))"
)
_SPEAKING = "(?:電話|携帯|代表|tel|fax|phone|call|mobile|cell)"
_SPOKEN = re.compile(rf"(?i){_SPEAKING}[^\d\n]{{0,6}}$")
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_JAPANESE_PHONE = re.compile(
    r"\(?0\d{1,4}[-(). ]{1,2}\d{1,4}[-(). ]{1,2}\d{3,4}|0[5789]0\d{8}|0120\d{6}"
)
# What any telephone number has: nine digits near each other, or six after a plus sign.
_BETWEEN = (
    r"[-x\u2010-\u2015\u2212\u30FC\uFF0D-\uFF0F \xA0\xAD\u200B\u2060\u3000()\uFF08\uFF09\uFF3B\uFF3D"
    r".\u30FB\[\]/~\u2053\u223C\uFF5E]{0,4}"
)
_LIKE_A_NUMBER = re.compile(rf"\d(?:{_BETWEEN}\d){{8}}|[+\uff0b]{_BETWEEN}\d(?:{_BETWEEN}\d){{5}}")
_AMERICAN_PHONE = re.compile(r"(?:1[-. ])?\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}")

_WORTH_A_LOOK = re.compile(  # without one of these, no number of the line would be accepted
    rf"(?i)[+\uff0b]|{_SPEAKING}|{_JAPANESE_PHONE.pattern}|{_AMERICAN_PHONE.pattern}"
)
# Long lines are looked at in pieces, cut behind a letter if there is one: none is within a number.
_PIECE = re.compile(
    r".{1,1000}\Z|.{1,1000}(?<=[^\W\d_])(?![A-Za-z0-9])|.{1,1000}(?!\S)|.{1,1000}", re.DOTALL
)
_TRIES = 120  # numbers of one piece that turn out to be none; more is a table of other numbers


def without_mails(text: str) -> str:
    """`text` with `[email]`, and `[phone]` for Slack's links to numbers."""
    text = _TEL.sub("[phone]", _MAILTO.sub("[email]", text))
    return _SPELT.sub("[email]", _EMAIL.sub("[email]", text))


def without_numbers(text: str) -> str:
    """`text` with `[my number]`, `[card]` and `[phone]`."""
    text = _MY_NUMBER.sub(_checked, text)
    text = _OF_MY_NUMBER.sub(
        lambda found: "[my number]" if _is_my_number(found.group()) else found.group(), text
    )
    text = _CARD.sub(lambda found: "[card]" if _is_card(found.group()) else found.group(), text)
    if not _LIKE_A_NUMBER.search(text):
        return text
    return "".join(map(_without_phones, text.splitlines(keepends=True)))


def _checked(found: re.Match[str]) -> str:
    return found.group(1) + "[my number]" if _is_my_number(found.group(2)) else found.group()


def _is_my_number(text: str) -> bool:
    """By the check digit of the ordinance on My Number (order 85 of 2014, article 5)."""
    digits = _digits(text)
    weights = (*range(2, 8), *range(2, 7))
    rest = sum(d * w for d, w in zip(reversed(digits[:-1]), weights, strict=True)) % 11
    return digits[-1] == (0 if rest <= 1 else 11 - rest)


def _is_card(text: str) -> bool:
    digits = _digits(text)
    first = int("".join(map(str, digits[:4])))
    if not any(first in issued and len(digits) in lengths for issued, lengths in _ISSUERS):
        return False
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(doubled) % 10 == 0


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdigit()]


def _without_phones(line: str) -> str:
    spans = sorted({span for piece in _PIECE.finditer(line) for span in _numbers(line, piece)})
    parts, end = [], 0
    for start, stop in spans:
        if start >= end:
            parts += [line[end:start], "[phone]"]
            end = stop
    return "".join([*parts, line[end:]])


def _numbers(line: str, piece: re.Match[str]) -> Iterator[tuple[int, int]]:
    """(start, end) of the telephone numbers of one piece of a line."""
    if not _LIKE_A_NUMBER.search(piece.group()):
        return
    seen = line[max(piece.start() - 16, 0) : piece.end()]  # what is said before it counts too
    if not (_WORTH_A_LOOK.search(seen) or _WORTH_A_LOOK.search(_plain(seen))):
        return
    for region in _ACCEPTS:
        yield from _phones(line, piece, region)


def _phones(line: str, piece: re.Match[str], region: str) -> Iterator[tuple[int, int]]:
    import phonenumbers

    text = piece.group().replace("\u30fb", "-")  # 03・1234・5678
    valid = phonenumbers.Leniency.VALID
    for match in phonenumbers.PhoneNumberMatcher(text, region, valid, max_tries=_TRIES):
        start, end = match.start + piece.start(), match.end + piece.start()
        written = _plain(match.raw_string)
        if line[max(start - 1, 0) : start] in {"/", "=", ".", "#", "_"} or _DATE.fullmatch(written):
            continue
        spoken = _SPOKEN.search(line[max(start - 16, 0) : start])
        if (
            written.startswith("+")
            or (spoken and len(_digits(written)) >= 10)
            or _ACCEPTS[region](written)
        ):
            yield start, end


def _plain(text: str) -> str:
    """Digits and signs as a keyboard writes them; full width becomes half width."""
    folded = unicodedata.normalize("NFKC", text)
    return folded.replace("\u2212", "-").replace("\u30fb", "-")


# Bare digits that merely could be a number stay: an order number is not a phone number.
_ACCEPTS: dict[str, Callable[[str], object]] = {
    "JP": _JAPANESE_PHONE.fullmatch,
    "US": _AMERICAN_PHONE.fullmatch,
}
