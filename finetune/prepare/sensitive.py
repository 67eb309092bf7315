"""Says quickly which texts `dataset.redact` might change, so that only those are given to it.

Redaction looks at a text with some thirty patterns and a telephone book; almost no text has anything
for it. What each pattern cannot do without is one expression here, and a whole list of texts is held
against it by pydantic, whose patterns run on Rust's automaton: linear, and ten times as fast as `re`.
What is found is only a candidate. Nothing may be missed: a test holds this against `redact` itself,
over texts made to be near misses.
"""

from collections.abc import Sequence
from functools import cache

from pydantic_core import SchemaValidator, core_schema

from finetune.dataset.addresses import MARKS as ADDRESSES
from finetune.dataset.hosts import MARKS as MACHINES

_BETWEEN = (
    r"[-x\x{2010}-\x{2015}\x{2212}\x{30FC}\x{FF0D}-\x{FF0F} \x{A0}\x{AD}\x{200B}\x{2060}\x{3000}()"
    r"\x{FF08}\x{FF09}\x{FF3B}\x{FF3D}.\x{30FB}\[\]/~\x{2053}\x{223C}\x{FF5E}]{0,4}"
)
_I = r"[i\x{130}\x{131}]"  # Turkish letters are an i to `re` in any case, but not to Rust
_MARKS = (
    *MACHINES,
    *ADDRESSES,
    r"[@\x{FF20}]|(?:[srp]k|hf|whsec|gh[pousr]|github_pat|npm)_|A[KSB]IA|ACCA|AIza|ya29|xox|xapp",
    r"pypi|SG\.|sk-|eyJ|-----BEGIN|hooks\.slack|api/webhooks|<mailto|<tel|xwfp|1//0|GOCSPX|dapi",
    r"gl[a-z]{2,5}-|gl(?:sa|c)_|do[opr]_v1|shp(?:at|ca|pa|ss)_|(?:AC|SK)[0-9a-f]{8}|key-[0-9a-f]",
    r"hv[sbr]\.|lin_api|ntn_|figd_|PMAK|dckr_pat|(?:gsk|tvly|r8|sbp|fal|pat|csk)_|ATATT|ATCTT",
    r"xai-|pplx|nvapi|tvly|sq0|AGE-|:AA|Q~|xai[A-Za-z0-9]",
    rf"(?i:[?&](?:s{_I}g|x-amz|x-goog)|(?:pass|pwd?)[\s:=は\x{{FF1A}}\x{{FF1D}}]|ap{_I}_?key|author|passw|passphrase|bearer|secret|ap{_I}キー|token)",
    rf"(?i:(?:ap{_I}|account|access|encrypt{_I}on)[ _-]?key)",
    r"[(\[\x{FF08}] ?(?i:at|アット)|(?i:pin|p\x{130}n|p\x{131}n)[^\n]{0,32}\d{4}|パス|暗証番号|シークレ|トーク|アクセスキー",
    # The shortest number in the telephone book has 9 digits as Japan writes it, 6 after a plus sign.
    rf"\d(?:{_BETWEEN}\d){{8}}",
    rf"[+\x{{FF0B}}]{_BETWEEN}\d(?:{_BETWEEN}\d){{5}}",
)
_CANDIDATE = "@"  # stands for a text that is no UTF-8, and is found


def suspicious(texts: Sequence[str]) -> list[int]:
    """Indexes of the texts that `redact` may change; it leaves all others as they are."""
    found = _marks().validate_python(list(texts))
    return [at for at, text in enumerate(found) if text is not None]


@cache
def _marks() -> SchemaValidator:
    """Of a list of texts, None in place of each without any mark."""
    encodable = core_schema.with_default_schema(
        core_schema.str_schema(min_length=0),  # any bound makes it look at the letters
        default=_CANDIDATE,
        on_error="default",
    )
    marked = core_schema.with_default_schema(
        core_schema.str_schema(pattern="|".join(_MARKS)), default=None, on_error="default"
    )
    return SchemaValidator(core_schema.list_schema(core_schema.chain_schema([encodable, marked])))
