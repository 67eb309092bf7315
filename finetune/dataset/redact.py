"""Takes secrets and personal data out of text before it becomes an example.

Pure: text in, text with placeholders such as `[email]` out; the same text again when nothing was
found. Phone numbers are recognised by `phonenumbers` (Japanese, American and international forms).
Ordinary numbers, dates, prices and ids stay.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator

_KEY_FORMS = (
    r"(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}",  # Stripe
    r"(?:AKIA|ASIA)[0-9A-Z]{16}",  # AWS access key
    r"AIza[0-9A-Za-z_-]{35}",  # Google
    r"ya29\.[0-9A-Za-z_-]{20,}",
    r"gh[pousr]_[A-Za-z0-9]{30,}",  # GitHub
    r"github_pat_[A-Za-z0-9_]{22,}",
    r"glpat-[A-Za-z0-9_-]{20,}",  # GitLab
    r"xox[a-z]-[A-Za-z0-9-]{10,}",  # Slack
    r"xoxe\.xox[a-z]-[A-Za-z0-9-]{10,}",
    r"xapp-[A-Za-z0-9-]{10,}",
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-[A-Za-z0-9_-]{40,}",
    r"hf_[A-Za-z0-9]{30,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  # SendGrid
)
_KEYS = "|".join(_KEY_FORMS)
_LOGIN = r"(?:password|passwd|passphrase|パスワード|暗証番号)"
_WORD = (
    rf"(?:{_LOGIN}|secret(?:[ _-]?(?:access[ _-]?)?key)?|api[ _-]?key|(?:access[ _-]?)?token"
    r"|シークレット|トークン|APIキー)"
)
_GIVEN = (
    r"[\"'`]?\s{0,4}[:=\uff1a\uff1d]\s{0,4}[\"'`]?"  # a colon or an equals sign, also full width
)
_PLAIN = r"[!-~\uff01-\uff5e]"  # what secrets are written in, also full width; no Japanese
# Neither a placeholder, nor the address of a page, nor a price.
_NOT_YET = r"(?![\"'`\[]|<?https?://|\$[\d,.]+(?!\S))"
_WITH_DIGIT = r"(?=[^\s\[]{0,99}\d)"
_LETTER = r"A-Za-z0-9\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
_NEAR_TEXT = r"(?<![A-Za-z0-9_])"

_SIMPLE: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?"
            r"(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
            re.DOTALL,
        ),
        "[private key]",
    ),
    (re.compile(r"https://hooks\.slack\.com/[A-Za-z]+/[A-Za-z0-9/_-]+"), "[secret]"),
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"), "[token]"),
    (re.compile(_NEAR_TEXT + f"(?:{_KEYS})"), "[secret]"),
    # OpenAI, Anthropic and alike
    (re.compile(_NEAR_TEXT + r"sk-[A-Za-z0-9_-]{16,}"), lambda found: _unless_words(found.group())),
    (re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/-]{16,}=*"), r"\1[secret]"),
    (re.compile(r"(://[^\s:/@]+:)[^\s/]+(?=@)"), r"\1[secret]"),  # user:password@host
    # "password: correcthorse", never "password: ask Ben"
    (re.compile(rf"(?i)({_WORD}{_GIVEN}){_NOT_YET}{_PLAIN}{{8,}}"), r"\1[secret]"),
    # "password is hunter2", "password hunter2", never "password is required": it has a digit
    (
        re.compile(
            rf"(?i)({_WORD}(?:\s{{0,4}}(?:is\b|は)\s{{0,4}}|{_GIVEN})|{_LOGIN}\s{{1,4}}|パスワード)"
            rf"{_NOT_YET}{_WITH_DIGIT}[!-Z\\^-~]{{6,}}"
        ),
        r"\1[secret]",
    ),
    # "my AWS secret wJalrXUtnFEMIK7MD…": long, with capitals, small letters and digits
    (
        re.compile(
            rf"((?i:{_WORD})\s{{1,4}})(?=\S{{0,99}}[A-Z])(?=\S{{0,99}}[a-z]){_WITH_DIGIT}"
            rf"{_NOT_YET}[!-Z\\^-~]{{20,}}"
        ),
        r"\1[secret]",
    ),
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
    for pattern, placeholder in _SIMPLE:
        text = pattern.sub(placeholder, text)
    text = _CARD.sub(lambda found: "[card]" if _is_card(found.group()) else found.group(), text)
    return _without_phones(text)


def _unless_words(key: str) -> str:
    """A key has a long run, or capitals, small letters and digits; sk-learn-is-good has neither."""
    runs = [run for part in key.split("-") for run in part.split("_")]
    long = any(len(run) >= 16 and not run.isalpha() for run in runs) or any(
        len(run) >= 20 for run in runs
    )
    kinds = (str.isupper, str.islower, str.isdigit)
    mixed = all(any(map(kind, key.removeprefix("sk-"))) for kind in kinds)
    return "[secret]" if long or mixed else key


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
