"""The content of a message: a text, or a list of text and image parts."""

import re
from collections.abc import Iterator
from typing import Any

LARGEST_IMAGE = 10_000_000  # bytes, by OpenAI's guide to vision fine-tuning
MOST_IMAGES = 10
_DATA = re.compile(r"data:image/(?:png|jpe?g|webp);base64,[A-Za-z0-9+/=]*\Z")
_KEYS = {
    "text": {"type", "text"},
    "image_url": {"type", "image_url"},
    "refusal": {"type", "refusal"},
}
Found = Iterator[tuple[str, str]]  # (code, where)


def content_findings(message: dict[str, Any], where: str) -> Found:
    """What is wrong with a content that is there (not null)."""
    content, role = message["content"], message["role"]
    if isinstance(content, str):
        if not content.strip() and role != "tool":
            yield "content_empty", where
    elif not isinstance(content, list):
        yield "content_type", where
    elif not content:
        yield "content_empty", where
    else:
        for place, part in enumerate(content):
            yield from _part(part, role, f"{where}.content[{place}]")


def images(messages: list[Any]) -> int:
    """How many image parts the messages hold."""
    return sum(
        isinstance(part, dict) and part.get("type") == "image_url"
        for message in messages
        if isinstance(message, dict) and isinstance(message.get("content"), list)
        for part in message["content"]
    )


def _part(part: Any, role: str, where: str) -> Found:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind in ("input_audio", "file"):
        yield "part_not_supported", where
    elif (
        not isinstance(kind, str)
        or kind not in _KEYS
        or (kind == "refusal") > (role == "assistant")
    ):
        yield "part_type", where
    else:
        yield from (("unknown_key", f"{where}.{key}") for key in part if key not in _KEYS[kind])
        if kind == "image_url":
            yield from _image(part, role, where)
        elif not isinstance(part.get(kind), str):
            yield "part_text", where


def _image(part: dict[str, Any], role: str, where: str) -> Found:
    if role != "user":
        yield "image_role", where
    image = part.get("image_url")
    url = image.get("url") if isinstance(image, dict) else None
    if not isinstance(image, dict) or not isinstance(url, str):
        yield "image_url", where
        return
    yield from (
        ("unknown_key", f"{where}.image_url.{key}") for key in image if key not in {"url", "detail"}
    )
    if image.get("detail", "auto") not in ("low", "high", "auto"):
        yield "image_detail", where
    if url.startswith("data:"):
        if not _DATA.match(url):
            yield "image_format", where
        elif len(url) * 3 // 4 > LARGEST_IMAGE:
            yield "image_too_large", where
    elif not url.startswith(("https://", "http://")):
        yield "image_url", where
