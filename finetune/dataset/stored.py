"""A stored row as a snapshot freezes it, read from its JSON: no model, as it was checked when written.

It gives what the properties of `Example` give; the rules are there, here is only the quick way.
"""

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic_core import from_json

from finetune.dataset.example import Source, Status, normalise, suspect_of, voice_of
from finetune.dataset.format import says_else
from finetune.dataset.splitting import held_out_by
from finetune.dataset.tokens import PER_EXAMPLE, PER_MESSAGE, PER_NAME, count_texts

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_NULL = "null"
_BREAK = "\n"  # between the parts of a record: JSON escapes those of the texts


class StoredRow(NamedTuple):
    """`record`: what `lines_of` makes the three files from. `tokens`: less those of `texts`.

    `thread` and `prompt`: 64 bits of their hashes; `trained`: it is on the train side by itself;
    `who`: 64 bits of the id's, within this process; `identity`: see there.
    """

    created_at: float
    thread: int
    prompt: int
    who: int
    identity: int
    tokens: int
    trained: bool
    correction: bool
    pair: bool
    texts: list[str]
    record: bytes


class _Keys(NamedTuple):
    prompt_key: str
    content_key: str
    answer: str  # normalised


def read(raw: bytes | str, model: str) -> StoredRow | None:
    """The row; None of one that is not approved any more."""
    row: dict[str, Any] = from_json(raw)
    if row["status"] != Status.APPROVED:
        return None
    said = [(each["role"], each["content"], each.get("name")) for each in row["messages"]]
    rejected, source, keys = row.get("rejected"), row["source"], _keys(row)
    thread = sha256(row["thread"].encode()).digest()
    correction = source == Source.CORRECTION
    parts = [
        _quoted(row["example_id"]),
        keys.content_key,
        source,
        _quoted(row["thread"]),
        _NULL if rejected is None else _quoted(rejected),
        _voice(row),
        "true" if _suspect(row) else "false",
    ]
    for role, text, name in said:
        parts += (role, _quoted(text), _NULL if name is None else _quoted(name))
    return StoredRow(
        created_at=row["created_at"],
        thread=int.from_bytes(thread[:8], "big"),
        prompt=int(keys.prompt_key[:16], 16),
        trained=correction or not held_out_by(thread),
        correction=correction,
        pair=rejected is not None and says_else(rejected, keys.answer),
        tokens=PER_EXAMPLE + sum(_frame(role, text, name, model) for role, text, name in said),
        who=hash(row["example_id"]),
        identity=hash((row["example_id"], keys.content_key)),
        texts=[text for role, text, _ in said if role != "system"],
        record=_BREAK.join(parts).encode(),
    )


def identity(raw: bytes | str) -> int | None:
    """64 bits of who it is and what it teaches, within this process; None unless it is approved."""
    row: dict[str, Any] = from_json(raw)
    if row["status"] != Status.APPROVED:
        return None
    return hash((row["example_id"], _keys(row).content_key))


def _keys(row: dict[str, Any]) -> _Keys:
    """As `Example` has them."""
    *before, last = [(each["role"], normalise(each["content"])) for each in row["messages"]]
    asked = [f'["{role}",{_quoted(text)}]' for role, text in before if role != "system"]
    prompt_key = _hashed(f"[{','.join(asked)}]")
    return _Keys(prompt_key, _hashed(f'["{prompt_key}",{_quoted(last[1])}]'), last[1])


def _hashed(text: str) -> str:
    """As `digest` hashes what is this canonical JSON."""
    return sha256(text.encode()).hexdigest()[:32]


def example_id_of(record: bytes) -> str:
    """Whose record it is."""
    return str(json.loads(record[: record.index(b"\n")]))


class Lines(NamedTuple):
    """One row in each of the files; `canonical` is what the snapshot's id is the hash of."""

    chat: str
    manifest: str
    canonical: str


def lines_of(record: bytes) -> Lines:
    """A row of `train.jsonl`, of `manifest.json` and of the canonical JSON of the snapshot."""
    example_id, key, source, thread, rejected, voice, flagged, *said = record.decode().split(_BREAK)
    chat, manifest, canonical = [], [], []
    for role, text, name in zip(said[::3], said[1::3], said[2::3], strict=True):
        named = name != _NULL
        chat.append(
            f'{{"role": "{role}", "content": {text}, "name": {name}}}'
            if named
            else f'{{"role": "{role}", "content": {text}}}'
        )
        canonical.append(
            f'{{"content":{text},"name":{name},"role":"{role}"}}'
            if named
            else f'{{"content":{text},"role":"{role}"}}'
        )
        manifest.append(
            f'    {{\n     "role": "{role}",\n     "content": {text},\n     "name": {name}\n    }}'
        )
    listed = ",\n".join(manifest)
    return Lines(
        f'{{"messages": [{", ".join(chat)}]}}\n',
        f'  {{\n   "example_id": {example_id},\n   "content_key": "{key}",\n   "source": "{source}",\n'
        f'   "thread": {thread},\n   "messages": [\n{listed}\n   ],\n   "rejected": {rejected},\n'
        f'   "voice": {voice},\n   "flagged": {flagged}\n  }}',
        f'{{"content_key":"{key}","example_id":{example_id},"messages":[{",".join(canonical)}],'
        f'"rejected":{rejected},"source":"{source}","thread":{thread}}}',
    )


def _frame(role: str, text: str, name: str | None, model: str) -> int:
    """Tokens around a message; a system message is the same again and again, and counted here."""
    counted = PER_MESSAGE + _tokens(role, model)
    if name:
        counted += PER_NAME + _tokens(name, model)
    return counted + (_tokens(text, model) if role == "system" else 0)


@lru_cache(maxsize=1_000)
def _tokens(text: str, model: str) -> int:
    """Counted as the long texts are, so that one vocabulary is in memory and not two."""
    return int(count_texts([text], model)[0])


def _voice(row: dict[str, Any]) -> str:
    by_curator, edited_by = row.get("by_curator", False), row.get("edited_by")
    return _voice_of(row["source"], tuple(row.get("authors", ())), bool(by_curator or edited_by))


@lru_cache(maxsize=10_000)
def _voice_of(source: str, authors: tuple[str, ...], by_curator: bool) -> str:
    voice = voice_of(Source(source), authors, by_curator=by_curator)
    return _NULL if voice is None else f'"{voice}"'


def _suspect(row: dict[str, Any]) -> bool:
    flags = row.get("flags")
    if not flags:
        return False
    by_curator = bool(row.get("by_curator") or row.get("edited_by"))
    return suspect_of([flag.get("where", "answer") for flag in flags], by_curator=by_curator)
