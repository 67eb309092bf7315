"""A reply as it is kept in a turn's hash: what the stores write and read.

A reply holds the whole context that the model was shown, so it is deflated, and written as base64,
because everything else in the hash is text. Older ones are plain JSON, and are read all the same.
"""

import base64
import zlib

from bot.domain.conversation import Reply

MARK = "z1:"  # no JSON begins so; another dictionary, or another way, takes another mark
# What a reply's JSON has in common with any other: even a short one is half as long for it. Never
# changed: what was written with it is read with it. What is likeliest stands last.
_SHARED = (
    b" you can use the for and to of in is that it with as on are be this have from or at by not your"
    b" will what how when which please should would there their has was but if we do so all an my"
    b' about more one up out who get time no just also need into first then here after "images":1,'
    b'"stopped":true,"fallback":true,"origin":"","question":"{"role":"tool","content":"\xe3\x80\x82'
    b'","name":"},{"role":"assistant","content":"{"reply_id":"C0","team":"T0","channel":"C0",'
    b'"thread_ts":"17","asker":"U0","messages":[{"role":"system","content":"You are "},{"role":"user",'
    b'"content":"?"}],"content":"","model":"gpt-4.1-mini-","usage":{"prompt_tokens":1,'
    b'"completion_tokens":1},"finish_reason":"stop","latency":1.,"created_at":17,"sources":["","C0'
)
_RAW = -15  # deflate without header and checksum; what is damaged is no reply either


def packed(reply: Reply) -> str:
    """What is written: a third to two thirds of the JSON."""
    press = zlib.compressobj(level=6, method=zlib.DEFLATED, wbits=_RAW, zdict=_SHARED)
    said = reply.model_dump_json(exclude_defaults=True).encode()
    return MARK + base64.b64encode(press.compress(said) + press.flush()).decode("ascii")


def unpacked(kept: str | bytes) -> Reply:
    """What was written, read again. Raises ValueError where that is damaged."""
    text = kept.decode() if isinstance(kept, bytes) else kept
    if not text.startswith(MARK):
        return Reply.model_validate_json(text)
    opened = zlib.decompressobj(wbits=_RAW, zdict=_SHARED)
    try:
        said = opened.decompress(base64.b64decode(text[len(MARK) :], validate=True))
    except zlib.error:
        raise ValueError("a reply that cannot be unpacked") from None
    if not opened.eof or opened.unused_data:
        raise ValueError("a reply that is cut off, or with something behind it")
    return Reply.model_validate_json(said)
