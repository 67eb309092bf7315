"""Which script a text is written in: a cheap stand-in for its language, without a dependency."""

import re

LATIN = "Latin"
_SCRIPTS = (
    ("Japanese", re.compile("[\u3041-\u30ff\uff66-\uff9d]")),  # kana: no other language has them
    ("Korean", re.compile("[\uac00-\ud7a3\u1100-\u11ff]")),
    ("Han", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")),  # Chinese, or Japanese without kana
    ("Cyrillic", re.compile("[\u0400-\u04ff]")),
    ("Greek", re.compile("[\u0370-\u03ff]")),
    ("Arabic", re.compile("[\u0600-\u06ff]")),
    ("Hebrew", re.compile("[\u0590-\u05ff]")),
    ("Devanagari", re.compile("[\u0900-\u097f]")),
    ("Thai", re.compile("[\u0e00-\u0e7f]")),
)


def script(text: str) -> str:
    """The script that marks the text; Latin when it has no other."""
    if text.isascii():
        return LATIN
    return next((name for name, letters in _SCRIPTS if letters.search(text)), LATIN)
