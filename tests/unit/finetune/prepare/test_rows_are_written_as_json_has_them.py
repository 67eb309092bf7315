"""The rows written in one go are the rows that `json` reads back."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from finetune.prepare.form import Form
from finetune.prepare.framing import Frame, framed
from finetune.prepare.record import Record, gathered
from finetune.prepare.wording import Wording

LETTERS = st.text(max_size=12) | st.sampled_from(['"', "\\", "\x00", "\x1f\n", "\ud800", "会社"])
PAIRS = st.lists(st.tuples(LETTERS, LETTERS), min_size=1, max_size=6)


@given(PAIRS, st.sampled_from([None, "Be brief.", 'Say "yes".', "a\x00b", "\udfff"]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_every_text_comes_back_as_it_was(
    pairs: list[tuple[str, str]], system: str | None, legacy: bool
) -> None:
    records = [Record(0, row, one, other, None, None) for row, (one, other) in enumerate(pairs)]
    (rows,) = gathered(records)
    form = Form(Wording(), legacy=legacy, system=None if legacy else system)
    written = form.lines(rows, (rows.prompts, rows.completions), [False] * len(rows))
    found = [json.loads(line) for line in written.split(b"\n")[:-1]]
    for (one, other), row in zip(pairs, found, strict=True):
        if legacy:
            assert row == {"prompt": one, "completion": other}
        else:
            said = [message["content"] for message in row["messages"]]
            asked = [one] if one.strip() else []
            assert said == [*([system] if system is not None else []), *asked, other]


def test_letters_are_escaped_only_where_json_asks_for_it() -> None:
    frame = Frame(b'["', b'", "', b'"]\n')
    assert framed(frame, ["会社\n"], ['a"\x01\\']) == '["会社\\n", "a\\"\\u0001\\\\"]\n'.encode()
    assert framed(frame, ["a\x00"], ["b"]) is None
