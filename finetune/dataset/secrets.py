"""Takes credentials out of text: keys, tokens, private keys, passwords. Used by `redact` and by logs.

Forms are those that the issuers publish for secret scanning. Pure; the time is linear in the text,
because no pattern begins twice within one run of its own characters (bounds, look-behinds and
possessive repeats see to it), and keys that stick to each other are taken out together.
"""

import re
from collections.abc import Callable

_ISSUED = (
    r"(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,}",  # Stripe
    r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}",  # AWS
    r"AIza[0-9A-Za-z_-]{35}",  # Google
    r"ya29\.[0-9A-Za-z_-]{20,}",
    r"1//0[0-9A-Za-z_-]{30,}",
    r"GOCSPX-[0-9A-Za-z_-]{20,}",
    r"gh[pousr]_[A-Za-z0-9]{30,}",  # GitHub
    r"github_pat_[A-Za-z0-9_]{22,}",
    r"gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|oas|soat|ffct)-[A-Za-z0-9_.-]{20,}",  # GitLab
    r"xoxe\.xox[a-z]-[A-Za-z0-9-]{10,}",  # Slack
    r"xox[a-z]-[A-Za-z0-9-]{10,}",
    r"(?:xapp|xwfp)-[A-Za-z0-9-]{10,}",
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-[A-Za-z0-9_-]{40,}",
    r"hf_[A-Za-z0-9]{30,}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",  # SendGrid
    r"do[opr]_v1_[a-f0-9]{32,}",  # DigitalOcean
    r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}",  # Shopify
    r"(?:AC|SK)[0-9a-f]{32}(?![0-9A-Za-z])",  # Twilio
    r"key-[0-9a-f]{32}(?![0-9A-Za-z])",  # Mailgun
    r"dapi[0-9a-f]{32}",  # Databricks
    r"gl(?:sa|c)_[A-Za-z0-9_+/=]{32,}",  # Grafana
    r"hv[sbr]\.[A-Za-z0-9_-]{20,}",  # Vault
    r"lin_api_[A-Za-z0-9]{32,}",  # Linear
    r"(?:ntn|secret)_[A-Za-z0-9]{40,}",  # Notion
    r"figd_[A-Za-z0-9_-]{20,}",
    r"PMAK-[A-Za-z0-9-]{40,}",
    r"dckr_pat_[A-Za-z0-9_-]{20,}",
    r"(?:gsk|tvly|r8|sbp|fal|pat|csk)_[A-Za-z0-9]{30,}",
    r"(?:xai|pplx|nvapi|tvly|ATATT3x|ATCTT3x)-?[A-Za-z0-9_=-]{30,}",
    r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{20,}",  # Square
    r"AGE-SECRET-KEY-1[A-Z0-9]{40,}",
    r"[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}",  # Telegram
    r"[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,}",  # Entra
)
_KEYS = f"(?:{'|'.join(_ISSUED)})++[A-Za-z0-9_]*+"  # with what sticks to them
_LOGIN = r"(?:password|passwd|passphrase|パスワード|パスフレーズ|暗証番号)"
# Never with a space alone: "pass sha256sum on" is no password, nor is "pwd: /home/ben1".
_SHORT_LOGIN = (
    r"(?<![A-Za-z0-9])(?:pwd?|pass|パス)\s{0,2}[:=\uff1a\uff1dは]\s{0,2}(?![/~][A-Za-z./])"
)
_WORD = (
    rf"(?:{_LOGIN}|secret(?:[ _-]?(?:access[ _-]?)?key)?|(?:api|account|access|encryption)[ _-]?key"
    r"|(?:access[ _-]?)?token|シークレット|トークン|APIキー|アクセスキー)"
)
_GIVEN = r"[\"'`]?\s{0,4}[:=\uff1a\uff1d]\s{0,4}[\"'`「『]?"  # a colon or an equals sign, also full width
_PLAIN = r"[!-~\uff01-\uff5e]"  # what secrets are written in, also full width; no Japanese
# What stands behind "token:" in tables, messages and code, and is no secret itself.
_WORDS = (
    r"(?:un)?(?:required|limited|known|defined|available|changed|encrypted|protected|verified|supported)|"
    r"optional|in(?:correct|valid)|missing|mandatory|practice|forbidden|forgotten|(?:not|must|should|please)|"
    r"rejected|accepted|expir(?:ed|es|ation)|revoked|rotated|renewed|generated|enabled|disabled|"
    r"deprecated|recommended|necessary|confidential|permanent|temporary|automatic(?:ally)?|undefined|"
    r"redacted|hashed|string|boolean|integer|SecretStr|nullable|none|null|true|false|see|ask"
)
_METHODS = (
    r"(?:base64(?:url)?|jwt|oauth2?(?:\.0)?|[rhe]s(?:256|384|512)|bcrypt\d?|sha-?\d{1,3}(?:sum)?|"
    r"md5(?:sum)?|argon2(?:id?)?|scrypt|pbkdf2|aes-?\d{0,3}|utf-?8|rfc-?\d{4}|2fa|1password)"
)
_OVER = r"[.,;:!?)\]\"'`]{0,4}(?![!-~])"
_CODE = r"[A-Za-z_]{2,40}(?:[(\[]|(?:\.[A-Za-z_]\w{0,40}){1,6}(?:[(\[]|[,;:)\]}\"'`]{0,4}(?!\S)))"
# Neither a placeholder, nor the address of a page, nor a price, nor such a word or code.
_NOT_YET = (
    r"(?![\"'`\[]|<?https?://|\$[\d,.]+(?!\S)|"
    rf"(?:{_WORDS}|{_METHODS}(?:[-/](?:{_METHODS}|[a-z]{{2,20}})){{0,4}}){_OVER}|{_CODE})"
)
_WITH_DIGIT = r"(?=[^\s\[]{0,99}\d)"
_NEAR_TEXT = r"(?<![A-Za-z0-9_])"
_IN_HEADER = r"[A-Za-z0-9._~+/-]"

_STUCK = re.compile(
    r"(\[(?:secret|token|private key|email|host|ip|address|my number|card|phone)\])[^\s\[]{8,}"
)
PASSES = 8

_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----.*?"
            r"(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|\Z)",
            re.DOTALL,
        ),
        "[private key]",
    ),
    (re.compile(r"https://hooks\.slack\.com/[A-Za-z]+/[A-Za-z0-9/_-]+"), "[secret]"),
    (
        re.compile(
            r"https://(?:[a-z]{1,20}\.)?discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]+"
        ),
        "[secret]",
    ),
    (
        re.compile(
            r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]{4,}+(?:\.[A-Za-z0-9_-]*+){1,3}"
        ),
        "[token]",
    ),
    (re.compile(_NEAR_TEXT + _KEYS), "[secret]"),
    # OpenAI, Anthropic and alike
    (re.compile(_NEAR_TEXT + r"sk-[A-Za-z0-9_-]{16,}"), lambda found: _unless_words(found.group())),
    # Signed links: AWS, Azure storage, Google
    (
        re.compile(
            r"(?i)([?&](?:sig|x-amz-signature|x-amz-security-token|x-goog-signature)=)[A-Za-z0-9_%+/=-]{16,}"
        ),
        r"\1[secret]",
    ),
    (re.compile(rf"(?i){_NEAR_TEXT}(bearer\s{{1,8}}){_IN_HEADER}{{16,}}=*"), r"\1[secret]"),
    (
        re.compile(
            rf"(?i)(authorization[\"']?\s{{0,4}}[:=\uff1a]\s{{0,4}}[\"']?(?:basic|token|bot|digest)\s{{1,4}}){_IN_HEADER}{{8,}}=*"
        ),
        r"\1[secret]",
    ),
    (re.compile(r"(://[^\s:/@]{0,256}:)[^\s/]+(?=@)"), r"\1[secret]"),  # user:password@host
    # "password: correcthorse", never "password: ask Ben"
    (re.compile(rf"(?i)({_WORD}{_GIVEN}){_NOT_YET}{_PLAIN}{{8,}}"), r"\1[secret]"),
    # "password is hunter2", "password hunter2", never "password is required": it has a digit
    (
        re.compile(
            rf"(?i)({_WORD}(?:\s{{0,4}}(?:is(?![A-Za-z0-9_])|[はが])\s{{0,4}}[「『]?|{_GIVEN})|{_LOGIN}\s{{1,4}}|パスワード[「『]?)"
            rf"{_NOT_YET}{_WITH_DIGIT}[!-Z\\^-~]{{6,}}"
        ),
        r"\1[secret]",
    ),
    (
        re.compile(rf"(?i)({_SHORT_LOGIN}){_NOT_YET}{_WITH_DIGIT}[!-Z\\^-~]{{6,}}"),
        r"\1[secret]",
    ),
    (re.compile(r"(?i)(<(?:password|passwd|secret|token|api_?key)>)[^<\s\[]{4,}"), r"\1[secret]"),
    # "the PIN is 4711", never "a PIN has 4 digits"
    (
        re.compile(
            r"(?i)((?:暗証番号|(?<![a-z])pin(?: code| for [^\d\n]{1,20})?)\s?(?:は|is|[:=\uff1a])\s?)"
            r"\d{4,8}(?!\d)"
        ),
        r"\1[secret]",
    ),
    (re.compile(rf"((?i:{_WORD})\s{{1,4}})[0-9a-f]{{32,}}(?![0-9A-Za-z])"), r"\1[secret]"),
    # "my AWS secret wJalrXUtnFEMIK7MD…": long, with capitals, small letters and digits
    (
        re.compile(
            rf"((?i:{_WORD})\s{{1,4}})(?=\S{{0,99}}[A-Z])(?=\S{{0,99}}[a-z]){_WITH_DIGIT}"
            rf"{_NOT_YET}[!-Z\\^-~]{{20,}}"
        ),
        r"\1[secret]",
    ),
)


def mask_secrets(text: str) -> str:
    """`text` with `[secret]`, `[token]` and `[private key]` in place of credentials.

    Personal data stays: `redact` takes that out too.
    """
    return settled(text, masked_once)


def settled(text: str, masked: Callable[[str], str]) -> str:
    """`masked` over and over, until it finds nothing more: a placeholder may set free what stuck to it.

    Honest text needs two or three passes. What still changes after `PASSES` was made to cost time:
    whatever sticks to a placeholder there is taken out with it, so that the time stays linear.
    """
    for _ in range(PASSES):
        clean = masked(text)
        if clean == text:
            return text
        text = clean
    return masked(_STUCK.sub(r"\1", text))


def masked_once(text: str) -> str:
    """One pass of `mask_secrets`."""
    for pattern, placeholder in _PATTERNS:
        text = pattern.sub(placeholder, text)
    return text


def _unless_words(key: str) -> str:
    """A key has a long run, or capitals, small letters and digits; sk-learn-is-good has neither."""
    runs = [run for part in key.split("-") for run in part.split("_")]
    long = any(len(run) >= 16 and not run.isalpha() for run in runs) or any(
        len(run) >= 20 for run in runs
    )
    kinds = (str.isupper, str.islower, str.isdigit)
    mixed = all(any(map(kind, key.removeprefix("sk-"))) for kind in kinds)
    return "[secret]" if long or mixed else key
