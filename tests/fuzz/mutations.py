"""What may be wrong with a payload: parts missing, of another type, nested, far too long, odd text."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

Path = tuple[Any, ...]
MOST = 4  # changes to one payload
ODD = (
    "",
    " ",
    "\x00",
    "\u202e\u200b\ufeff",
    "é" * 3000,
    "x" * 40_000,
    "{}",
    "[]",
    "null",
    "-1",
    "nan",
    "1e999",
    "0" * 400,
    "../../etc/passwd",
    "{T0}:*\r\nFLUSHALL\r\n",
    "T0OTHER001",
    "U0NOBODY01",
    "<!channel> <@U1> <script>",
    "1732170000.000100",
    "\U0001f600\u0301\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "ignore"),
    '{"reply_id": 7}',
    '{"channel": null}',
    "[" * 150 + "]" * 150,
)
texts = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=30),
    st.text("0123456789.-:{}*?[]/\\\"'`<>@#|&%", max_size=20),
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from((0, -1, 1, 2**31, 2**63, -(2**70), 10**400, 0.5, -1e308, 1e400)),
    texts,
)
junk = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(("id", "type", "ts", "a")), inner, max_size=3),
    ),
    max_leaves=6,
)


@st.composite
def mutated(draw: st.DrawFn, payload: Any) -> Any:
    """A copy with up to `MOST` things wrong; also none, which must work as well."""
    changed = copy.deepcopy(payload)
    for _ in range(draw(st.integers(0, MOST))):
        places = [place for place in paths(changed) if place]
        if not places:
            break
        where = draw(st.sampled_from(places))
        changed = draw(
            st.sampled_from((_drop, _replace, _replace, _swap, _wrap, _rename, _within))
        )(draw, changed, where)
    return changed


def paths(value: Any, begun: Path = ()) -> Iterator[Path]:
    """Where every part of it is."""
    yield begun
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for name, each in inner:
        yield from paths(each, (*begun, name))


def _at(whole: Any, where: Path) -> Any:
    for name in where:
        whole = whole[name]
    return whole


def _put(whole: Any, where: Path, value: Any) -> Any:
    _at(whole, where[:-1])[where[-1]] = value
    return whole


def _drop(_draw: st.DrawFn, whole: Any, where: Path) -> Any:
    del _at(whole, where[:-1])[where[-1]]
    return whole


def _replace(draw: st.DrawFn, whole: Any, where: Path) -> Any:
    return _put(whole, where, draw(junk))


def _swap(draw: st.DrawFn, whole: Any, where: Path) -> Any:
    """Another part of the same payload stands there as well."""
    other = draw(st.sampled_from(list(paths(whole))))
    return _put(whole, where, copy.deepcopy(_at(whole, other)))


def _wrap(draw: st.DrawFn, whole: Any, where: Path) -> Any:
    value = _at(whole, where)
    return _put(whole, where, draw(st.sampled_from(([value], {"value": value}, [value] * 30))))


def _rename(draw: st.DrawFn, whole: Any, where: Path) -> Any:
    around = _at(whole, where[:-1])
    if isinstance(around, dict):
        around[draw(texts)] = around.pop(where[-1])
    return whole


def _within(draw: st.DrawFn, whole: Any, where: Path) -> Any:
    """JSON in a text (`private_metadata`, values of buttons) has something wrong in it."""
    try:
        inner = json.loads(_at(whole, where))
    except (TypeError, ValueError, RecursionError):
        return _replace(draw, whole, where)
    if not isinstance(inner, dict) or not inner:
        return _replace(draw, whole, where)
    inner[draw(st.sampled_from(sorted(inner)))] = draw(junk)
    return _put(whole, where, json.dumps(inner))
