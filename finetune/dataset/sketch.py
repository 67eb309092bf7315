"""A few numbers for each text that nearly equal texts share: the smallest hashes of its shingles.

All of it runs over the bytes of a whole batch at once. Letters are compared without case, width
(NFKC) and white space; a shingle is 8 bytes in a row (two to three Japanese letters), 4 in a short
text. Of two texts that share the part J of all their shingles, each of the smallest hashes of both
together is shared with probability J: a bottom-k sketch does with one hash what MinHash does with k.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Numbers = NDArray[np.int64]
SMALLEST = 12
SAMPLED = 28  # shingles of a text from which the smallest are taken, at least, on average
PIECE = 1 << 14  # shingles at a time: their hashes stay in the cache
SHORT = 32  # bytes below which shingles of 4 are taken as well
_SPACE = b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f"
_FOLD = bytes(byte + 32 if 65 <= byte <= 90 else byte for byte in range(256))
_ODD = np.uint64(0x9E3779B97F4A7C15)
_ODDER = np.uint64(0xC2B2AE3D27D4EB4F)
_CASED = re.compile(
    "[\u00c0-\u0587\u10a0-\u10ff\u13a0-\u13ff\u1c80-\u1fff\u2c00-\u2d2f\ua640-\uabff]"
)


def sketched(texts: Sequence[str]) -> tuple[Keys, Numbers]:
    """(keys, which text each belongs to); texts that hold different numbers share no key."""
    keys: list[Keys] = [np.empty(0, dtype=np.uint64)]
    owners: list[Numbers] = [np.empty(0, dtype=np.int64)]
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    classes = np.ceil(np.log2(lengths + 1)).astype(np.int64)
    for size in np.unique(classes):
        members = np.flatnonzero(classes == size)
        some_keys, some = _of_one_size([texts[at] for at in members.tolist()])
        keys.append(some_keys)
        owners.append(members[some])
    return np.concatenate(keys), np.concatenate(owners)


def _of_one_size(texts: list[str]) -> tuple[Keys, Numbers]:
    raw, ends, signs = _bytes_of(texts)
    starts = np.concatenate(([0], ends[:-1] + 1))
    sizes = ends - starts
    found = [_shingles(raw, starts, ends, 8)]
    if sizes.min() < SHORT:
        brief, owners = _shingles(raw, starts, ends, 4)
        few = sizes[owners] < SHORT
        found.append((brief[few], owners[few]))
        tiny = np.flatnonzero(sizes < 4)
        whole = [hash(raw[starts[at] : ends[at]].tobytes()) for at in tiny]
        found.append((np.array(whole, dtype=np.int64).view(np.uint64), tiny))
    keys = np.concatenate([some for some, _ in found])
    owners = np.concatenate([some for _, some in found])
    keys = (keys ^ signs[owners]) * _ODDER
    return keys ^ (keys >> np.uint64(29)), owners


def folded(texts: Sequence[str]) -> list[str]:
    """The texts without white space, case and width."""
    if not texts:
        return []
    raw = _joined(texts).encode("utf-8", "surrogatepass").translate(_FOLD, _SPACE)
    return raw.decode("utf-8", "surrogatepass").split("\0")


def _joined(texts: Sequence[str]) -> str:
    """All texts with a NUL between them, without width and the case of letters beyond ASCII."""
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1:
        joined = "\0".join(text.replace("\0", " ") for text in texts)
    if not joined.isascii():
        joined = unicodedata.normalize("NFKC", joined)
        if _CASED.search(joined):
            joined = joined.casefold()
    return joined


def _bytes_of(texts: list[str]) -> tuple[NDArray[np.uint8], Numbers, Keys]:
    """The bytes of all texts with a NUL after each, where those are, and the texts' numbers."""
    raw = (_joined(texts) + "\0").encode("utf-8", "surrogatepass")
    signs = _number_signs(np.frombuffer(raw, dtype=np.uint8), len(texts))
    letters = np.frombuffer(raw.translate(_FOLD, _SPACE), dtype=np.uint8)
    return letters, np.flatnonzero(letters == 0), signs


def _number_signs(raw: NDArray[np.uint8], count: int) -> Keys:
    """One value per text that depends on which numbers it holds, in any order."""
    signs = np.zeros(count, dtype=np.uint64)
    places = np.flatnonzero((raw - np.uint8(48)) < 10)
    if not len(places):
        return signs
    gaps = np.diff(places)
    between = raw[places[1:] - 1]  # of "1,000" and "1.5"
    goes_on = (gaps == 1) | ((gaps == 2) & ((between == 44) | (between == 46)))
    begins = np.flatnonzero(np.concatenate(([True], ~goes_on)))
    rank = np.arange(len(places)) - np.repeat(begins, np.diff(begins, append=len(places)))
    weights = (raw[places].astype(np.uint64) + _ODD) * (rank.astype(np.uint64) * 2 + 1) ** 3 * _ODD
    values = np.add.reduceat(weights ^ (weights >> np.uint64(31)), begins) * _ODDER
    owners = np.searchsorted(np.flatnonzero(raw == 0), places[begins])
    np.add.at(signs, owners, values ^ (values >> np.uint64(29)))
    return signs


def _shingles(
    raw: NDArray[np.uint8], starts: Numbers, ends: Numbers, width: int
) -> tuple[Keys, Numbers]:
    """(hash, text) of the smallest hashes of each text."""
    if len(raw) < width:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.int64)
    typical = int(np.median(ends - starts)) + 1
    share = min(1.0, SAMPLED * 1.5 / typical)
    hashes, places = _sampled(raw, width, np.uint64(min(int(share * 2**64), 2**64 - 1)))
    owners = _owners(places, ends)
    inside = places + width <= ends[owners]
    return _smallest(hashes[inside], owners[inside], len(ends))


def _sampled(raw: NDArray[np.uint8], width: int, below: np.uint64) -> tuple[Keys, Numbers]:
    """The hashes under a bound, and where their shingles begin. In pieces that the cache holds."""
    count = len(raw) - width + 1
    windows = np.ndarray((count,), dtype=f"<u{width}", buffer=raw.data, strides=(1,))
    room, fits = np.empty(PIECE, dtype=np.uint64), np.empty(PIECE, dtype=bool)
    hashes: list[Keys] = []
    places: list[Numbers] = []
    for begin in range(0, count, PIECE):
        piece = windows[begin : begin + PIECE]
        some = np.multiply(piece, _ODD, out=room[: len(piece)])
        found = np.flatnonzero(np.less(some, below, out=fits[: len(piece)]))
        hashes.append(some[found])
        places.append(found + begin)
    return np.concatenate(hashes), np.concatenate(places)


def _owners(places: Numbers, ends: Numbers) -> Numbers:
    """Which text each of these ascending places lies in."""
    counts = np.diff(np.searchsorted(places, ends), prepend=0)
    return np.repeat(np.arange(len(ends)), counts)


def _smallest(hashes: Keys, owners: Numbers, count: int) -> tuple[Keys, Numbers]:
    """The smallest different hashes of each of `count` texts, at most `SMALLEST`."""
    packed = (owners.astype(np.uint64) << np.uint64(48)) | (hashes >> np.uint64(16))
    packed.sort()
    packed = packed[np.concatenate(([True], packed[1:] != packed[:-1]))] if len(packed) else packed
    owners = (packed >> np.uint64(48)).astype(np.int64)
    firsts = np.searchsorted(owners, np.arange(count))
    chosen = np.arange(len(packed)) - firsts[owners] < SMALLEST
    return packed[chosen] << np.uint64(16), owners[chosen]
