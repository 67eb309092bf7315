"""A streamed answer in OpenAI's wire format: from bytes, cut anywhere, to what the model has said.

Server-sent events as browsers read them, whose data are JSON; `openai` asks for them and raises.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.conversation import Delta, Usage
from bot.errors import ContentRefused, ModelUnavailable

DONE = b"[DONE]"
_BOM = b"\xef\xbb\xbf"


@dataclass
class Events:
    """Gives the data of each event once it is whole; comments, names and ids are left out."""

    _line: list[bytes] = field(default_factory=list)  # the beginning of one
    _data: list[bytes] = field(default_factory=list)  # of the event that has begun
    _fresh: bool = True  # nothing came yet
    _returned: bool = False  # the last byte was a CR, of which the LF may follow

    def feed(self, read: bytes) -> list[bytes]:
        """What this read made whole. An event that never ends is never given."""
        if not read:
            return []
        if self._returned:
            read = read.removeprefix(b"\n")
        self._returned = read.endswith(b"\r")
        if b"\n" not in read and b"\r" not in read:
            self._line.append(read)
            return []
        lines = b"".join([*self._line, read]).splitlines(keepends=True)
        self._line = [] if lines[-1].endswith((b"\n", b"\r")) else [lines.pop()]
        if self._fresh:
            self._fresh, lines[0] = False, lines[0].removeprefix(_BOM)
        return [whole for line in lines if (whole := self._after(line.rstrip(b"\r\n")))]

    def _after(self, line: bytes) -> bytes | None:
        """The event that this line ends, if it does."""
        if line:
            name, _, value = line.partition(b":")
            if name == b"data":
                self._data.append(value.removeprefix(b" "))
            return None
        data, self._data = self._data, []
        return b"\n".join(data)


@dataclass
class Heard:
    """What the chunks so far have said beside the text."""

    model: str
    usage: Usage = Usage()  # noqa: RUF009 - a frozen value
    finish_reason: str = ""
    refusal: str = ""
    spoken: bool = False
    _half: str = ""  # of a character that was cut in two, as UTF-16 has it

    def text_of(self, chunk: Mapping[str, Any]) -> str:
        """The text of one chunk; all else is noted. Raises ModelUnavailable for what is no chunk."""
        try:
            return self._noted(chunk)
        except (AttributeError, TypeError, ValueError) as error:
            msg = "the stream holds what is no part of an answer"
            raise ModelUnavailable(msg) from error

    def _noted(self, chunk: Mapping[str, Any]) -> str:
        self.model = str(chunk.get("model") or self.model)
        if isinstance(usage := chunk.get("usage"), dict):
            self.usage = Usage(
                prompt_tokens=usage.get("prompt_tokens") or 0,
                completion_tokens=usage.get("completion_tokens") or 0,
            )
        for choice in (chunk.get("choices") or ())[:1]:
            self.finish_reason = choice.get("finish_reason") or self.finish_reason
            delta = choice.get("delta") or choice.get("message") or {}
            self.refusal += delta.get("refusal") or ""
            if text := _said(delta.get("content")):
                self.spoken = True
                return self._whole(text)
        return ""

    def _whole(self, text: str) -> str:
        """Without halves of characters: nothing that keeps or shows the text takes such."""
        text, self._half = self._half + text, ""
        if text.isascii():
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def end(self) -> Delta:
        """The last delta. Raises ContentRefused, and ModelUnavailable where the end is missing."""
        if self.finish_reason == "content_filter" or (self.refusal and not self.spoken):
            raise ContentRefused(self.refusal or "content_filter")
        if not self.finish_reason:
            msg = "the stream ended before the answer did"
            raise ModelUnavailable(msg)
        return Delta(model=self.model, usage=self.usage, finish_reason=self.finish_reason)


def _said(content: Any) -> str:
    """What is to be read of it: some say it in parts, of which others are thoughts."""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content if part.get("type") == "text")
    return str(content or "")


def chunk_of(data: bytes) -> Mapping[str, Any]:
    """One event's data; empty for JSON that is no object. Raises ModelUnavailable."""
    try:
        chunk = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        msg = "the stream holds what is no JSON"
        raise ModelUnavailable(msg) from error
    return chunk if isinstance(chunk, dict) else {}
