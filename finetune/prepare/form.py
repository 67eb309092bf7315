"""What a prepared row looks like: a chat row, or for base models a prompt and its completion."""

import json
from json.encoder import encode_basestring
from typing import NamedTuple

from finetune.prepare import raw_rows
from finetune.prepare.affixes import Ends
from finetune.prepare.framing import Frame, framed
from finetune.prepare.record import Record, Rows
from finetune.prepare.wording import Wording, lowered


class Form(NamedTuple):
    """All that is done to the text of the rows that are written."""

    wording: Wording
    prompt_ends: Ends = Ends()
    completion_ends: Ends = Ends()
    legacy: bool = False
    separator: str = ""
    stop: str = ""
    space: bool = False
    system: str | None = None

    def prompt(self, text: str) -> str:
        """A prompt as it is written."""
        return self.prompt_ends.cut(text) + self.separator

    def completion(self, text: str) -> str:
        """A completion as it is written."""
        cut = self.completion_ends.cut(text) + self.stop
        return f" {cut}" if self.space and not cut.startswith(" ") else cut

    def texts(self, rows: Rows, secret: list[bool]) -> tuple[list[str], list[str]]:
        """(prompts, completions) as they are written. `secret`: which rows have something to hide."""
        return self.ended(*self.wording.reworded(rows, secret))

    def ended(self, prompts: list[str], completions: list[str]) -> tuple[list[str], list[str]]:
        """The same with their beginnings and ends as they are written."""
        if self.prompt_ends != Ends() or self.separator:
            prompts = [self.prompt(text) for text in prompts]
        if self.completion_ends != Ends() or self.stop or self.space:
            completions = [self.completion(text) for text in completions]
        return prompts, completions

    def lines(self, rows: Rows, texts: tuple[list[str], list[str]], secret: list[bool]) -> bytes:
        """All of these rows, each with its newline; `texts` as `texts` gives them."""
        prompts, completions = texts
        asked = self.legacy or all(map(str.strip, prompts))
        frame = self._frame() if asked and not rows.others else None
        quick = framed(frame, prompts, completions) if frame is not None else None
        if quick is not None:
            return quick
        return b"".join(
            [
                self.line(rows.others.get(at), prompts[at], completions[at], secret=secret[at])
                for at in range(len(prompts))
            ]
        )

    def _frame(self) -> Frame | None:
        """What is the same in all pairs; None where the system message cannot be plain UTF-8."""
        if self.legacy:
            return Frame(b'{"prompt": "', b'", "completion": "', b'"}\n')
        try:
            pieces = self._pair("\0", "\0").encode().split(b"\\u0000")
        except UnicodeEncodeError:
            return None
        return Frame(*pieces) if len(pieces) == len(Frame._fields) else None

    def line(self, record: Record | None, prompt: str, completion: str, *, secret: bool) -> bytes:
        """One row of the output with its newline."""
        if self.legacy:
            text = f'{{"prompt": {_quoted(prompt)}, "completion": {_quoted(completion)}}}\n'
        elif record is None:
            text = self._pair(prompt, completion)
        else:
            text = json.dumps(self._chat(record, secret=secret), ensure_ascii=False) + "\n"
        try:
            return text.encode()
        except UnicodeEncodeError:  # half of a surrogate pair, which JSON can only hold escaped
            return json.dumps(json.loads(text)).encode() + b"\n"

    def _pair(self, prompt: str, completion: str) -> str:
        system = ""
        if self.system is not None:
            system = f'{{"role": "system", "content": {_quoted(self.system)}}}, '
        asked = ""
        if prompt.strip():  # an empty message is none
            asked = f'{{"role": "user", "content": {_quoted(prompt)}}}, '
        said = f'{{"role": "assistant", "content": {_quoted(completion)}}}'
        return f'{{"messages": [{system}{asked}{said}]}}\n'

    def _chat(self, record: Record, *, secret: bool) -> raw_rows.Row:
        raw = self.wording.raw(record, secret=secret)
        lower = (self.wording.lower_prompts, self.wording.lower_completions)
        if any(lower) or self.prompt_ends != Ends() or self.completion_ends != Ends():
            raw = raw_rows.rewritten(
                raw,
                lambda text: self.prompt(lowered(text) if lower[0] else text),
                lambda text: self.completion(lowered(text) if lower[1] else text),
            )
        return raw


def _quoted(text: str) -> str:
    return encode_basestring(text)
